import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const WORKSPACE = resolve(__dirname, '../../../..');

/** A Markdown file of this repository. */
export class Markdown {
  readonly text: string;

  /** `file` is relative to the root of the repository. */
  constructor(readonly file: string) {
    this.text = readFileSync(join(WORKSPACE, file), 'utf8');
  }

  get lines(): string[] {
    return this.text.trimEnd().split('\n');
  }

  /** The fenced blocks in a language, in the order of the text. */
  blocks(language: string): string[] {
    return [...this.text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
      ([, block]) => block!,
    );
  }

  /** Where its links lead, without those to other sites and to its own sections. */
  get links(): string[] {
    const prose = this.text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
  }
}

/** The commands of a block, each whole: a line that ends in a backslash goes on in the next. */
export const commandsOf = (block: string): string[] =>
  block
    .replace(/\\\n/g, '\\\u0000')
    .split('\n')
    .map((line) => line.replaceAll('\u0000', '\n').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
