import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Options } from 'prettier';
import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as markdown from 'prettier/plugins/markdown';

/** As for every other file, so that a check of the format finds the generated ones clean. */
const style = JSON.parse(readFileSync(resolve(__dirname, '../../../.prettierrc'), 'utf8')) as Options;

export const formatJson = (value: unknown): Promise<string> =>
  format(JSON.stringify(value), { ...style, parser: 'json', plugins: [babel, estree as never] });

export const formatMarkdown = (text: string): Promise<string> =>
  format(text, { ...style, parser: 'markdown', plugins: [markdown] });
