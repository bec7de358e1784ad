/** The parts of a package.json that matter here. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly overrides?: object;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** A package-lock.json of version 3. */
export interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * The packages that are loaded, and of the workspace's dependencies those that they name as peers: Nest loads its optional
 * peers by name, at run time.
 * @throws Error when one is not among the workspace's dependencies, since it would be missing in production
 */
export function runtimeDependencies(
  loaded: Iterable<string>,
  workspace: Manifest,
  lock: Lock,
): Record<string, string> {
  const declared = workspace.dependencies ?? {};
  const needed = new Set(loaded);
  for (const name of needed) {
    if (!(name in declared))
      throw new Error(`${name} is loaded at run time, but is no dependency in package.json.`);
    const peers = Object.keys(lock.packages[`node_modules/${name}`]?.peerDependencies ?? {});
    for (const peer of peers) if (peer in declared) needed.add(peer);
  }
  return Object.fromEntries([...needed].sort().map((name) => [name, declared[name]!]));
}

/** What of `lock` a manifest reaches, at the places it has there. */
export function prunedLock(
  manifest: Manifest,
  lock: Lock,
): Lock & { readonly packages: Record<string, LockedPackage> } {
  const kept = new Set<string>();
  const visit = (place: string, dependant: LockedPackage): void => {
    const { dependencies, optionalDependencies, peerDependencies } = dependant;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = placeOf(name, place, lock);
      // Absent: an optional peer that nobody installed.
      if (!found || kept.has(found)) continue;
      if (
        peerDependencies?.[name] &&
        dependant.peerDependenciesMeta?.[name]?.optional &&
        isForDevelopment(lock, found)
      )
        continue;
      kept.add(found);
      visit(found, lock.packages[found]!);
    }
  };
  visit('', { dependencies: manifest.dependencies });
  const { name, version, license, engines, dependencies } = manifest;
  return {
    ...lock,
    ...{ name, version },
    packages: {
      '': { name, version, license, engines, dependencies } as LockedPackage,
      ...Object.fromEntries([...kept].sort().map((place) => [place, lock.packages[place]!])),
    },
  };
}

/** Optional peers that only development brings along stay behind. */
const isForDevelopment = (lock: Lock, place: string): boolean => lock.packages[place]?.dev === true;

/** Where Node would find `name` from `place`: nested there, or above. */
function placeOf(name: string, place: string, lock: Lock): string | undefined {
  for (let from = place; ; from = from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0))) {
    const found = `${from ? `${from}/` : ''}node_modules/${name}`;
    if (found in lock.packages) return found;
    if (from === '') return undefined;
  }
}
