import type { Tree } from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Options, Plugin } from 'prettier';
import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';

const style = JSON.parse(readFileSync(resolve(__dirname, '../../../.prettierrc'), 'utf8')) as Options;
const plugins: Plugin[] = [estree as never, babel, typescript];

/** JSON as `npm run format` would have it, every object spread over lines. */
export const formatJson = (value: unknown): Promise<string> =>
  format(JSON.stringify(value, undefined, 2), { ...style, parser: 'json', plugins });

/** Formats the TypeScript that is new or changed in the tree as `npm run format` would. */
export async function formatChanges(tree: Tree): Promise<void> {
  for (const { path, type } of tree.listChanges())
    if (type !== 'DELETE' && path.endsWith('.ts'))
      tree.write(path, await format(tree.read(path, 'utf8')!, { ...style, parser: 'typescript', plugins }));
}
