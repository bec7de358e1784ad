import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from 'prettier';
import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import type { Draft } from './manifest';
import { yamlOf } from './yaml';

/** As for every other file, so that a check of the format finds the generated ones clean. */
const style = JSON.parse(readFileSync(join(__dirname, '../../.prettierrc'), 'utf8')) as Options;

const HEADER =
  '# Generated from topology.json and message-map.json by npm run deploy:generate; change those, or the generator.\n';

/** Whether a YAML file was written here, by a placement of today or of before. */
export const isGenerated = (text: string): boolean => text.startsWith(HEADER);

/** The text of a file, formatted. */
export async function textOf({ content }: Draft): Promise<string> {
  if ('text' in content) return content.text;
  if ('json' in content)
    return format(JSON.stringify(content.json), {
      ...style,
      parser: 'json',
      plugins: [babel, estree as never],
    });
  const documents = 'manifests' in content ? content.manifests : [content.yaml];
  return HEADER + documents.map(yamlOf).join('---\n');
}
