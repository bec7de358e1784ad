import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '@banyan/servers';

const NOT_COPIED = /(^|\/)(\.git|node_modules|dist|tmp|\.data|\.nx|coverage|tools\/bench\/peers)$/;

/** Contexts of each shape that the generator has; one of them in a short run. */
const contexts: readonly [name: string, ...options: string[]][] = [
  ['reviews'],
  ...(process.env['BANYAN_FULL']
    ? ([
        ['suppliers', '--on', 'none'],
        ['price-watches', '--aggregate', 'price-watch', '--verb', 'set', '--on', 'catalog.product-listed'],
      ] as [string, ...string[]][])
    : []),
];
const paths = contexts.flatMap(([name]) => [`libs/${name}`, `apps/${name}-service`]);

let copy: string;

/** Runs a tool of this workspace in the copy, and resolves with what it said. @throws Error with that, when it fails. */
function run(...args: string[]): Promise<string> {
  // What Nx or Jest says to its own children is not meant for these.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NX_|JEST_|FORCE_COLOR$)/.test(name)),
  );
  const child = spawn(process.execPath, args, {
    cwd: copy,
    env: {
      ...env,
      NO_COLOR: '1',
      NX_DAEMON: 'false',
      NX_WORKSPACE_DATA_DIRECTORY: join(copy, '.nx/workspace-data'),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${args.join(' ')}\n${said}`)),
    );
  });
}
const nx = (...args: string[]) => run('node_modules/nx/dist/bin/nx.js', 'g', ...args, '--no-interactive');

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'banyan-generated-'));
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => !NOT_COPIED.test(`/${relative(root, from).replaceAll('\\', '/')}`),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('A generated context, with a command generated into it', () => {
  it('writes nothing while it is only tried', async () => {
    const topology = readFileSync(join(copy, 'topology.json'), 'utf8');

    const said = await nx('@banyan/tools:context', 'reviews', '--dry-run');

    expect(said).toContain('CREATE libs/reviews/core/src/reviews.module.ts');
    expect(existsSync(join(copy, 'libs/reviews'))).toBe(false);
    expect(readFileSync(join(copy, 'topology.json'), 'utf8')).toBe(topology);
  }, 120_000);

  it('is green as it is written: types, lint, format, contracts, design and its own specs', async () => {
    for (const [name, ...options] of contexts) await nx('@banyan/tools:context', name, ...options);
    await nx('@banyan/tools:command', 'reviews', 'close-review');

    writeFileSync(
      join(copy, 'tsconfig.generated.json'),
      JSON.stringify({ extends: './tsconfig.base.json', include: paths.map((path) => `${path}/**/*.ts`) }),
    );
    const configs = contexts.map(([name]) => `libs/${name}/core`);
    const checks = [
      run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.generated.json'),
      run('tools/lint.js', ...paths, 'apps/monolith'),
      run(
        'node_modules/prettier/bin/prettier.cjs',
        '--check',
        ...paths,
        'apps/monolith',
        'topology.json',
        'tsconfig.base.json',
      ),
      run(
        '-r',
        './tools/dev/register.js',
        'tools/design/check.ts',
        '--skip',
        'boundaries',
        '--skip',
        'public-api',
      ),
      run('node_modules/jest/bin/jest.js', '-i', '--projects', ...configs),
    ];
    const failed = (await Promise.allSettled(checks)).flatMap((each) =>
      each.status === 'rejected' ? [(each.reason as Error).message] : [],
    );

    expect(failed).toEqual([]);
  }, 600_000);
});
