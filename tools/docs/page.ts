import { root } from '@banyan/servers';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** A link to a file of this repository, and what the page says is in it. */
export interface Reference {
  /** Where it leads, from the root. */
  readonly target: string;
  /** The heading it leads to: `in-production`. */
  readonly section?: string;
  /** Code that the page finds there: [`Order.place`](order.ts), or `Order` and `Orders` in [the domain](order.ts). */
  readonly names: readonly string[];
  /** What it is said to say, as specs say their rules: [order.spec.ts](order.spec.ts) "is placed". */
  readonly quotes: readonly string[];
}

/** A block of commands, and what the block after it says that they print. */
export interface Commands {
  readonly text: string;
  readonly prints?: string;
}

const NAMES_BEFORE = '((?:`[^`\\n]+`(?:,\\s+and|,|\\s+and)?\\s+)+)in\\s+';
const LINK = '\\[([^\\]]*)\\]\\(([^)\\s]+)\\)';
const QUOTES_AFTER = '((?:(?:[,:]|\\s+and)?\\s+"[^"]+")+)';
const REFERENCE = new RegExp(`(?:${NAMES_BEFORE})?${LINK}(?:${QUOTES_AFTER})?`, 'g');
const COMMANDS = /^```sh\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?/gms;

/** A Markdown page, as far as it speaks of files, code and commands. */
export class Page {
  /** `file` is relative to the root of the repository. */
  constructor(
    readonly file: string,
    readonly text = readFileSync(join(root, file), 'utf8'),
  ) {}

  /** Its links into this repository. */
  get references(): Reference[] {
    const prose = this.text.replace(/^```.*?^```$/gms, '');
    return [...prose.matchAll(REFERENCE)].flatMap(([, before = '', label = '', href = '', after = '']) => {
      if (/^[a-z]+:/.test(href)) return [];
      const [path, section] = href.split('#') as [string, string?];
      const target = path === '' ? this.file : relative(root, resolve(root, dirname(this.file), path));
      const code = [...`${before} ${label}`.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
      return [
        {
          target,
          section,
          names: code.filter((text) => text !== basename(target)).flatMap(namesOf),
          quotes: [...after.matchAll(/"([^"]+)"/g)].map(([, quote]) => spaced(quote!)),
        },
      ];
    });
  }

  get commands(): Commands[] {
    return [...this.text.matchAll(COMMANDS)].map(([, text, prints]) => ({ text: text!, prints }));
  }

  /** How many blocks show something printed. */
  get printed(): number {
    return [...this.text.matchAll(/^```text$/gm)].length;
  }

  /** What its headings are called in links. */
  get sections(): string[] {
    return [...this.text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }
}

/** The commands of a block, each whole, without what is said about them. */
export const commandsIn = (text: string): string[] =>
  text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');

/** Any white space counts as one space. */
export const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `Order.place()` is two names; `reserve-stock` is one. */
const namesOf = (code: string): string[] =>
  /^@?[\w.]+(\(\))?$/.test(code) ? code.replace(/[@()]/g, '').split('.') : [code];
