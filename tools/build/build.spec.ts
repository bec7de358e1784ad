import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, root } from '@banyan/servers';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';
import { build } from './build';
import { type Lock, prunedLock, runtimeDependencies } from './dependencies';
import { withoutFailpoints } from './failpoints';

describe('A built monolith', () => {
  let folder: string;
  let database: TestDatabase;
  let running: ChildProcess | undefined;
  beforeAll(async () => {
    folder = build('monolith', join(mkdtempSync(join(tmpdir(), 'banyan-build-')), 'monolith'));
    database = await testDatabase();
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    rmSync(join(folder, '..'), { recursive: true, force: true });
    await database.drop();
  });

  const texts = (): [string, string][] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.includes('node_modules'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);

  it('has neither failpoints nor guards that can be switched off', () => {
    const left = texts().filter(([file, text]) =>
      /failpoint|guardRemoved|removedGuards|REMOVE_GUARDS/.test(file + text),
    );

    expect(left.map(([file]) => file)).toEqual([]);
    expect(texts().length).toBeGreaterThan(50);
  });

  it('has neither specs nor what they test with', () => {
    expect(texts().filter(([file]) => /spec|testing|conformance/.test(file))).toEqual([]);
  });

  it('runs with plain node, and stops when asked', async () => {
    if (!existsSync(join(folder, 'node_modules')))
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const port = await freePort();
    running = spawn(process.execPath, ['main.js'], {
      cwd: folder,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DATABASE_URL: database.url,
        BANYAN_PREPARE: '1',
        PORT: String(port),
      },
      stdio: 'ignore',
    });

    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok, {
      timeoutMs: 25_000,
    });

    running.kill('SIGTERM');
    await eventually(() => running?.exitCode === 0, { timeoutMs: 20_000 });
  }, 60_000);

  (process.env.BANYAN_FULL ? it : it.skip)(
    'installs just what it needs, without a warning',
    () => {
      rmSync(join(folder, 'node_modules'), { force: true });

      execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'pipe' });

      const installed = readdirSync(join(folder, 'node_modules'));
      expect(installed).toContain('pg');
      expect(installed).not.toContain('jest');
      expect(installed).not.toContain('typescript');
    },
    300_000,
  );
});

describe('Removing failpoints from a source', () => {
  it('takes out calls, guards and imports, and nothing else', () => {
    const source = [
      `import { failpoint, guardRemoved } from '../failpoints';`,
      `await failpoint('relay.after-send');`,
      `if (guardRemoved('deduplication') || late) skip();`,
      `// a failpoint is named here only`,
    ].join('\n');

    expect(withoutFailpoints(source, 'relay.ts')).toBe(
      ['', '', 'if (false || late) skip();', '// a failpoint is named here only'].join('\n'),
    );
  });

  it('is refused where one is used in a form it does not know', () => {
    expect(() => withoutFailpoints('return failpoint(name);', 'relay.ts')).toThrow(
      'relay.ts uses a failpoint',
    );
  });
});

describe('What a build depends on', () => {
  const lock: Lock = {
    lockfileVersion: 3,
    packages: {
      'node_modules/a': { version: '1', dependencies: { b: '1' }, peerDependencies: { p: '1' } },
      'node_modules/a/node_modules/b': { version: '1', optionalDependencies: { c: '1' } },
      'node_modules/b': { version: '2' },
      'node_modules/c': { version: '1', optional: true },
      'node_modules/p': { version: '1' },
      'node_modules/unused': { version: '1' },
    },
  };

  it('is what it loads and the peers of that, at the places they have in the workspace', () => {
    const dependencies = runtimeDependencies(
      ['a'],
      { dependencies: { a: '^1', p: '^1', unused: '1' } },
      lock,
    );

    expect(dependencies).toEqual({ a: '^1', p: '^1' });
    expect(Object.keys(prunedLock({ dependencies }, lock).packages)).toEqual([
      '',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/p',
    ]);
  });

  it('must be declared for run time', () => {
    expect(() => runtimeDependencies(['b'], { dependencies: {} }, lock)).toThrow('b is loaded at run time');
  });
});
