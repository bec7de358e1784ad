import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 of each file, by its path from the root. */
export type Hashes = ReadonlyMap<string, string>;

/** What runs leave behind; nobody writes there. */
const MADE = new Set(['.git', 'node_modules', 'dist', 'tmp', '.data', '.nx', 'coverage']);

/** Of every file under a folder that somebody wrote or that is committed as generated. */
export function hashesOf(folder: string): Hashes {
  const hashes = new Map<string, string>();
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const at = path ? `${path}/${entry.name}` : entry.name;
      if (MADE.has(entry.name)) continue;
      if (entry.isDirectory()) visit(at);
      else
        hashes.set(
          at,
          createHash('sha256')
            .update(readFileSync(join(folder, at)))
            .digest('hex'),
        );
    }
  };
  visit('');
  return hashes;
}

/** Paths whose content differs, or that only one of the two has, in order. */
export const differences = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();

/** The code of all contexts, of the platform, and of all deployables. */
export const isCode = (path: string): boolean => /^(libs\/|apps\/[^/]+\/src\/)/.test(path);
