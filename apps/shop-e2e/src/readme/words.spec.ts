import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Markdown, WORKSPACE } from './markdown';

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: WORKSPACE,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(WORKSPACE, file)));
const pages = tracked.map((file) => new Markdown(file));
const read = (file: string): any => JSON.parse(readFileSync(join(WORKSPACE, file), 'utf8'));

/** Every occurrence of a pattern with what its first groups caught, and on which page. */
const mentions = (pattern: RegExp) =>
  pages.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([, ...caught]) => ({ file, caught })));

describe('What the repository says of itself', () => {
  it('is read in a few minutes', () => {
    expect(new Markdown('README.md').lines.length).toBeLessThanOrEqual(150);
  });

  it('links only to what is there', () => {
    const broken = pages.flatMap(({ file, links }) =>
      links
        .filter((link) => !existsSync(join(WORKSPACE, link.startsWith('/') ? '.' : dirname(file), link)))
        .map((link) => `${file} -> ${link}`),
    );

    expect(broken).toEqual([]);
  });

  it('names only scripts of package.json', () => {
    const { scripts } = read('package.json');
    const named = mentions(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g);

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ caught: [script] }) => !(script! in scripts))).toEqual([]);
  });

  it('names only targets that their projects have', () => {
    const named = mentions(/\bnx (serve|build|test|lint) ([a-z][a-z-]*)/g);

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ caught: [target, project] }) => !targetsOf(project!).includes(target!))).toEqual(
      [],
    );
  });

  it('quotes the price of distribution as it was recorded', () => {
    const { lines } = read('docs/benchmarks.json').scenarios.distribution;
    const recorded: string[] = lines
      .filter(({ name }: { name: string }) => /^(?!memory.*per).*: seven, times one$/.test(name))
      .map(({ name, value }: { name: string; value: number }) => `${name.split(':')[0]} ${value.toFixed(2)}`);
    const { text } = new Markdown('docs/extraction.md');
    const [, table] = /times one process \|\n(.*?)\n\n/s.exec(text) ?? [];
    const quoted = [...(table ?? '').matchAll(/^\| ([A-Za-z][^|]*?) +\| ([\d.]+) +\|$/gm)].map(
      ([, what, times]) => `${what!.trim()} ${times}`,
    );

    expect(quoted).toEqual(recorded);
  });

  it('names only generators that there are', () => {
    const named = mentions(/@banyan\/tools:([a-z-]+)/g);

    expect(named.length).toBeGreaterThan(0);
    expect(
      named.filter(({ caught: [name] }) => !(name! in read('tools/generators.json').generators)),
    ).toEqual([]);
  });
});

function targetsOf(name: string): string[] {
  const projects = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*project.json'], {
    cwd: WORKSPACE,
    encoding: 'utf8',
  });
  const project = projects
    .split('\n')
    .filter(
      (file) =>
        /(^|\/)project\.json$/.test(file) && !file.includes('fixtures') && existsSync(join(WORKSPACE, file)),
    )
    .map((file) => read(file))
    .find((each) => each.name === name);
  return Object.keys(project?.targets ?? {});
}
