import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { draftsOf } from './files';
import type { Shop } from './shop/shop';
import { isGenerated, textOf } from './text';

export const root = join(__dirname, '../..');

/** What deploy/ should hold: text by path. */
export async function textsOf(shop: Shop): Promise<Map<string, string>> {
  const drafts = draftsOf(shop);
  const texts = await Promise.all(drafts.map(textOf));
  return new Map(drafts.map(({ path }, at) => [path, texts[at]!]));
}

/** What a folder does hold, except for secrets. */
export function filesIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return new Map(
    paths
      .filter((path) => path !== 'compose.env')
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

/** Files that differ from what was generated or are missing, and those that another placement left. What somebody wrote is his. */
export const staleFiles = (
  there: ReadonlyMap<string, string>,
  generated: ReadonlyMap<string, string>,
): string[] => [
  ...[...generated].flatMap(([path, text]) =>
    there.get(path) === text ? [] : [`deploy/${path} ${there.has(path) ? 'is not current' : 'is missing'}`],
  ),
  ...[...there]
    .filter(([path, text]) => !generated.has(path) && isGenerated(text))
    .map(([path]) => `deploy/${path} belongs to nothing`),
];
