import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';
import { root } from './keeping';
import { freePort, isFree } from './ports';

describe('Serving the monolith', () => {
  let database: TestDatabase;
  let port: number;
  let output = '';
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    database = await testDatabase();
    port = await freePort();
  });
  afterEach(async () => {
    for (const process of started.splice(0)) process.kill('SIGKILL');
    await eventually(() => isFree(port), { timeoutMs: 30_000 });
  });
  afterAll(() => database.drop());

  function serve(): ChildProcess {
    output = '';
    const served = spawn(
      process.execPath,
      ['-r', './tools/dev/register.js', 'tools/dev/serve.ts', 'monolith'],
      {
        cwd: root,
        env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [served.stdout, served.stderr]) stream.on('data', (text) => (output += text));
    started.push(served);
    return served;
  }

  const starts = (): number => output.match(/listens on/g)?.length ?? 0;
  const ready = (): Promise<boolean> =>
    eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok, { timeoutMs: 60_000 });

  it('says what to try, starts again after an edit, and leaves nothing when asked to stop', async () => {
    const served = serve();
    await ready();
    await eventually(() => output.includes('monolith is ready: catalog, inventory, orders'));

    const now = new Date();
    utimesSync(join(root, 'libs/orders/core/src/orders.module.ts'), now, now);
    await eventually(() => starts() > 1, { timeoutMs: 30_000 });
    await ready();

    served.kill('SIGTERM');
    expect(await once(served, 'exit')).toEqual([0, null]);
    expect(await isFree(port)).toBe(true);
  }, 150_000);

  it('leaves nothing when it is killed', async () => {
    const served = serve();
    await ready();

    served.kill('SIGKILL');

    await eventually(() => isFree(port), { timeoutMs: 30_000 });
  }, 120_000);

  it('says in one sentence that the port is taken', async () => {
    const foreign = createServer().listen(port, '127.0.0.1');
    await once(foreign, 'listening');

    const served = serve();

    expect(await once(served, 'close')).toEqual([1, null]);
    expect(output).toBe(
      `Port ${port} is in use by another program: stop that one, or set PORT to a free port.\n`,
    );
    foreign.close();
    await once(foreign, 'close');
  }, 60_000);
});
