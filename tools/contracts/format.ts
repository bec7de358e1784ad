import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as markdown from 'prettier/plugins/markdown';

/** As `.prettierrc` says; a check of the format finds generated files clean. */
const style = { printWidth: 110, singleQuote: true };

export const formatJson = (value: unknown): Promise<string> =>
  format(JSON.stringify(value), { ...style, parser: 'json', plugins: [babel, estree as never] });

export const formatMarkdown = (text: string): Promise<string> =>
  format(text, { ...style, parser: 'markdown', plugins: [markdown] });
