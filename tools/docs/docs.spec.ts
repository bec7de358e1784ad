import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@banyan/servers';
import { commandsIn, Page, spaced } from './page';
import { UNWITNESSED } from './unwitnessed';

const readme = new Page('README.md');
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) => new Page(`docs/${file}`));

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** What scenarios are called: a page may name one before a run has recorded its figures. */
const scenarios = readdirSync(join(root, 'tools/bench/scenarios')).flatMap((file) =>
  [...read(`tools/bench/scenarios/${file}`).matchAll(/title: (['"`])(.*)\1,$/gm)].map(
    ([, , title]) => new RegExp(`^${title!.replaceAll(/\$\{[^}]*\}/g, '.*')}$`),
  ),
);
const says = (target: string, quote: string): boolean =>
  spaced(read(target)).includes(quote) ||
  (target === 'docs/benchmarks.md' && scenarios.some((title) => title.test(quote)));

/** What a page says wrongly of what is in the files that it links to. */
function mistakes(page: Page): string[] {
  return page.references.flatMap(({ target, section, names, quotes }) => {
    if (!existsSync(join(root, target))) return [`${target} is not there`];
    if (statSync(join(root, target)).isDirectory())
      return names.map((name) => `\`${name}\` is said to be in a folder, ${target}: name the file`);
    const text = read(target);
    const sections = section !== undefined && target.endsWith('.md') ? new Page(target).sections : undefined;
    return [
      ...(sections && !sections.includes(section!) ? [`${target} has no section #${section}`] : []),
      ...names.filter((name) => !mentions(text, name)).map((name) => `\`${name}\` is not in ${target}`),
      ...quotes.filter((quote) => !says(target, quote)).map((quote) => `${target} does not say "${quote}"`),
    ];
  });
}

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<!\\w)${name.replace(/[^\w\s]/g, '\\$&')}(?!\\w)`).test(text);

/** What commands print, as somebody at a terminal without colours sees it. */
async function printedBy(commands: string): Promise<string> {
  const ours = Object.entries(process.env).filter(([name]) => !/^(NX_|JEST_|npm_|FORCE_COLOR$)/.test(name));
  const env = { ...Object.fromEntries(ours), NX_DAEMON: 'false', NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)('bash', ['-ec', commands], { cwd: root, env });
  return stdout;
}

/** npm says which script it runs, and Nx leaves room. */
const shown = (printed: string): string =>
  printed
    .replace(/^> .*\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();

describe('The pages of docs/', () => {
  it.each([readme, ...pages].map((page) => [page.file, page] as const))(
    'lead, by %s, to what is there and says what they say',
    (_, page) => {
      expect(mistakes(page)).toEqual([]);
    },
  );

  it('would be found wrong about a file, a section, a name, a folder and a quotation', () => {
    const page = new Page(
      'docs/patterns/saga.md',
      'See `Order`, `Ordre` in [order.ts](../../libs/orders/core/src/domain/order.ts), [`Order.place()`](../../libs/orders/core/src/domain/order.ts), ' +
        '[gone](../gone.md), [here](../architecture.md#nowhere), [`Order`](../../libs/orders),\n' +
        '[docs.spec.ts](../../tools/docs/docs.spec.ts) "would be\nfound wrong" and "was\nnever ' +
        'written".',
    );

    expect(mistakes(page)).toEqual([
      '`Ordre` is not in libs/orders/core/src/domain/order.ts',
      'docs/gone.md is not there',
      'docs/architecture.md has no section #nowhere',
      '`Order` is said to be in a folder, libs/orders: name the file',
      expect.stringContaining('does not say'),
    ]);
  });
});

describe('The commands in docs/', () => {
  const blocks = pages.flatMap(({ file, commands }) => commands.map((block) => ({ file, ...block })));
  const witnessed = blocks.filter(({ prints }) => prints !== undefined);
  let outputs: Promise<string>[];

  // All at once: most of their time goes by with loading.
  beforeAll(() => {
    outputs = witnessed.map(({ text }) => printedBy(text));
    return Promise.allSettled(outputs);
  }, 180_000);

  it.each(witnessed.map((block, at) => [spaced(block.text), block, at] as const))(
    'print what is shown: %s',
    async (_, { prints }, at) => {
      expect(shown(await outputs[at]!)).toBe(shown(prints!));
    },
  );

  it('are compared with all that is shown as printed', () => {
    expect(
      pages.filter(({ printed, commands }) => commands.filter(({ prints }) => prints).length !== printed),
    ).toEqual([]);
    expect(witnessed.length).toBeGreaterThan(0);
  });

  it('are run here, by the spec of the README, or are excused with a reason', () => {
    const tried = new Set(readme.commands.flatMap(({ text }) => commandsIn(text)));
    const untried = blocks
      .filter(({ prints }) => prints === undefined)
      .flatMap(({ file, text }) => commandsIn(text).map((command) => ({ file, command })))
      .filter(
        ({ command }) => !tried.has(command) && !UNWITNESSED.some(([excused]) => excused.test(command)),
      );

    expect(untried).toEqual([]);
  });
});
