import type { Topology } from '@banyan/contracts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncApiOf } from './asyncapi/asyncapi';
import { formatJson, formatMarkdown } from './text/format';
import { checkLock, unneededVersions } from './lock/check-lock';
import { lockOf } from './lock/lock';
import { checkMap, checkNames } from './map/check-map';
import { mapOf } from './map/message-map';
import { pictureOf } from './map/picture';
import { SHOP_FILE, shopOf } from './map/shop';
import { Allowed, Problem, stale } from './problems/problem';
import { descriptionsIn } from './workspace/descriptions';
import {
  DeclaredContext,
  filesIn,
  lockFile,
  MAP_FILE,
  readAgreed,
  readContexts,
} from './workspace/workspace';

export interface Findings {
  readonly problems: readonly Problem[];
  /** Paths from the root, and what belongs there. */
  readonly files: ReadonlyMap<string, string>;
}

const NOTHING_ALLOWED: Allowed = { removals: [], breaking: [] };

/**
 * Compares the code under `root` with what was agreed: the locks and the map as `agreed` reads them, by default those
 * that lie in `root`.
 */
export async function examine(
  root: string,
  options: { readonly allowed?: Allowed; readonly agreed?: (path: string) => string | undefined } = {},
): Promise<Findings> {
  const { allowed = NOTHING_ALLOWED, agreed = filesIn(root) } = options;
  const contexts = readContexts(root);
  const before = readAgreed(contexts, agreed);
  const map = mapOf(contexts);
  const mapBefore = before.map ?? map;
  const files = await generated(root, contexts);
  const onDisk = filesIn(root);
  return {
    files,
    problems: [
      ...checkMap(contexts, map),
      ...checkNames(mapBefore, map, allowed),
      ...contexts.flatMap(({ contract }) => [
        ...checkLock(contract, before.locks[contract.name], mapBefore, allowed),
        ...unneededVersions(contract, map),
      ]),
      ...[...files].flatMap(([path, text]) => {
        const found = onDisk(path);
        if (found === text) return [];
        return [stale(`${path} ${found === undefined ? 'is missing' : 'does not fit the code'}.`)];
      }),
    ],
  };
}

/** Writes the files that are not current, and returns their paths. */
export function write(root: string, files: ReadonlyMap<string, string>): string[] {
  const onDisk = filesIn(root);
  const changed = [...files].filter(([path, text]) => onDisk(path) !== text);
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return changed.map(([path]) => path);
}

async function generated(root: string, contexts: readonly DeclaredContext[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const map = mapOf(contexts);
  const descriptions = Object.assign(
    {},
    ...contexts.map(({ folder }) => descriptionsIn(join(root, folder, 'contract/src'))),
  ) as Record<string, string>;
  for (const { folder, contract } of contexts) {
    files.set(lockFile(folder), await formatJson(lockOf(contract)));
    files.set(`${folder}/contract/asyncapi.json`, await formatJson(asyncApiOf(contract, descriptions)));
  }
  files.set(MAP_FILE, await formatJson(map));
  files.set('docs/message-map.md', await formatMarkdown(pictureOf(map, descriptions)));
  const topology = filesIn(root)('topology.json');
  if (topology) files.set(SHOP_FILE, await formatMarkdown(shopOf(map, JSON.parse(topology) as Topology)));
  return files;
}
