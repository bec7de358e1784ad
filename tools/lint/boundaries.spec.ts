import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@banyan/servers';

interface Fixture {
  readonly name: string;
  readonly file: string;
  readonly expected: RegExp;
  readonly text: string;
}

function fixtures(kind: 'refused' | 'allowed'): Fixture[] {
  const folder = join(__dirname, 'fixtures', kind);
  return readdirSync(folder).map((entry) => {
    const text = readFileSync(join(folder, entry), 'utf8');
    const [as, expected] = text.split('\n').map((line) => line.replace(/^\/\/ (as )?/, ''));
    return {
      name: entry.replace('.ts', '').replaceAll('-', ' '),
      file: join(root, as!),
      expected: new RegExp(expected!),
      text,
    };
  });
}

function lint(texts: readonly Fixture[]): string[][] {
  const printed = execFileSync(process.execPath, [join(__dirname, 'lint-fixtures.mjs')], {
    cwd: root,
    input: JSON.stringify(texts),
    env: { ...process.env, NX_DAEMON: 'false' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return JSON.parse(String(printed)) as string[][];
}

describe('The boundaries', () => {
  const refused = fixtures('refused');
  const allowed = fixtures('allowed');
  let found: string[][];
  beforeAll(() => {
    found = lint([...refused, ...allowed]);
  }, 120_000);

  it.each(refused.map((fixture, index) => ({ ...fixture, index })))(
    'are broken when $name',
    ({ index, expected }) => {
      expect(found[index]).toContainEqual(expect.stringMatching(expected));
    },
  );

  it.each(allowed.map((fixture, index) => ({ ...fixture, index })))('are kept when $name', ({ index }) => {
    expect(found[refused.length + index]).toEqual([]);
  });
});
