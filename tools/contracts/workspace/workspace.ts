import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContextContract, MessageMap } from '@banyan/contracts';
import type { ContractLock } from '../lock/lock';
import { NOTHING, registrationsOf, Registrations } from './registrations';
import { Uses, usesIn } from './uses';

/** A context as the code declares it. */
export interface DeclaredContext {
  /** Path of its folder from the root: `libs/orders`. */
  readonly folder: string;
  readonly contract: ContextContract;
  /** What its module registers. */
  readonly registered: Registrations;
  /** What its core asks and publishes, as read from the source. */
  readonly uses: Uses;
}

/** What the generated files said when they were last written. */
export interface Agreed {
  /** Undefined before the first `generate`. */
  readonly map?: MessageMap;
  /** By context; a context that was never locked has none. */
  readonly locks: Readonly<Record<string, ContractLock>>;
}

export const MAP_FILE = 'message-map.json';
export const lockFile = (folder: string): string => `${folder}/contract/contract.lock.json`;

/**
 * Finds every context under `libs/`: a folder with `contract/src/index.ts`, which exports one contract, and usually with
 * `core/src/index.ts`, which exports the module.
 * @throws TypeError when a contract folder exports no contract or several, or a core no module.
 */
export function readContexts(root: string): DeclaredContext[] {
  return foldersOf(root).map((folder) => {
    const contract = contractIn(root, folder);
    const core = join(root, folder, 'core', 'src');
    const index = join(core, 'index.ts');
    return {
      folder,
      contract,
      registered: existsSync(index) ? registrationsOf(`${folder}/core/src/index.ts`, load(index)) : NOTHING,
      uses: usesIn(core, root, contract.name, load),
    };
  });
}

/** Reads the lock files and the map as they lie in `root`, or elsewhere through `read`, which gives undefined for no file. */
export function readAgreed(
  contexts: readonly DeclaredContext[],
  read: (path: string) => string | undefined,
): Agreed {
  const parsed = <T>(path: string): T | undefined => {
    const text = read(path);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as T);
    } catch (error) {
      throw new TypeError(
        `${path} is no JSON (${(error as Error).message}); restore it from version control`,
      );
    }
  };
  const locks = contexts.flatMap(({ folder, contract }) => {
    const lock = parsed<ContractLock>(lockFile(folder));
    return lock ? [[contract.name, lock] as const] : [];
  });
  return { map: parsed<MessageMap>(MAP_FILE), locks: Object.fromEntries(locks) };
}

/** Reads files under `root`. */
export const filesIn =
  (root: string) =>
  (path: string): string | undefined =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;

function foldersOf(root: string): string[] {
  return readdirSync(join(root, 'libs'), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(root, 'libs', entry.name, 'contract/src/index.ts')),
    )
    .map(({ name }) => `libs/${name}`)
    .sort();
}

function contractIn(root: string, folder: string): ContextContract {
  const file = `${folder}/contract/src/index.ts`;
  const contracts = Object.values(load(join(root, file))).filter(isContract);
  const [contract] = contracts;
  if (!contract || contracts.length > 1)
    throw new TypeError(`${file} exports ${contracts.length} contracts; export one contextContract(…)`);
  return contract;
}

const isContract = (value: unknown): value is ContextContract =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  Array.isArray((value as ContextContract).events) &&
  Array.isArray((value as ContextContract).requests);

const load = (file: string): Record<string, unknown> => require(file) as Record<string, unknown>;
