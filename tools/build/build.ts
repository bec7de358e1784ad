/*
 * `nx build <deployable>`: dist/apps/<deployable>, which runs with `node main.js` after `npm ci --omit=dev`.
 * Holds the files that main.ts reaches and no others, compiled one by one, and a lockfile of just the packages they need.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '@banyan/servers';
import { compileReachable } from './compile';
import { prunedLock, type Lock, type Manifest, runtimeDependencies } from './dependencies';

/** Builds one deployable and returns the folder. `to` is for tests. (Default: dist/apps/<deployable>) */
export function build(deployable: string, to = join(root, 'dist', 'apps', deployable)): string {
  const main = join(root, 'apps', deployable, 'src', 'main.ts');
  if (!existsSync(main))
    throw new Error(`There is no deployable ${deployable || 'without a name'} in apps/.`);

  const { files, packages } = compileReachable(main);
  const workspace = readJson<Manifest>('package.json');
  const lock = readJson<Lock>('package-lock.json');
  const dependencies = runtimeDependencies(packages, workspace, lock);
  const manifest: Manifest = {
    name: deployable,
    version: workspace.version,
    private: true,
    license: workspace.license,
    engines: workspace.engines,
    scripts: { start: 'node main.js' },
    dependencies,
    overrides: workspace.overrides,
  };
  const pruned = prunedLock(manifest, lock);
  const allowScripts = Object.entries(workspace.allowScripts ?? {}).filter(
    ([name]) => `node_modules/${name}` in pruned.packages,
  );

  rmSync(to, { recursive: true, force: true });
  for (const [path, text] of files) write(join(to, path), text);
  write(join(to, 'package.json'), json({ ...manifest, allowScripts: Object.fromEntries(allowScripts) }));
  write(join(to, 'package-lock.json'), json(pruned));
  for (const name of ['topology.json', 'message-map.json']) copyFileSync(join(root, name), join(to, name));
  return to;
}

const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (require.main === module) {
  try {
    const to = build(process.argv[2] ?? '');
    console.log(`Built ${to.slice(root.length + 1)}: there, npm ci --omit=dev && node main.js`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
