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
  let providerPort: number;
  let output = '';
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    database = await testDatabase();
    [port, providerPort] = [await freePort(), await freePort()];
  });
  afterEach(async () => {
    for (const process of started.splice(0)) process.kill('SIGKILL');
    await eventually(async () => (await isFree(port)) && (await isFree(providerPort)), { timeoutMs: 30_000 });
  });
  afterAll(() => database.drop());

  function serve(deployable = 'monolith'): ChildProcess {
    output = '';
    const served = spawn(
      process.execPath,
      ['-r', './tools/dev/register.js', 'tools/dev/serve.ts', deployable],
      {
        cwd: root,
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          DATABASE_URL: database.url,
          PORT: String(port),
          PAYMENT_PROVIDER_PORT: String(providerPort),
        },
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

  const provider = async (path: string) =>
    (await fetch(`http://127.0.0.1:${providerPort}${path}`)).json() as Promise<any>;

  it('says what to try, starts again after an edit, and leaves nothing when asked to stop', async () => {
    const served = serve();
    await ready();
    await eventually(() => /monolith is ready: .*orders/.test(output));
    expect(output).toContain(`http://localhost:${providerPort}/ledger`);
    await eventually(async () => (await provider('/ledger')).items.length === 0);

    const now = new Date();
    utimesSync(join(root, 'libs/orders/core/src/orders.module.ts'), now, now);
    await eventually(() => starts() > 1, { timeoutMs: 30_000 });
    await ready();

    served.kill('SIGTERM');
    expect(await once(served, 'exit')).toEqual([0, null]);
    expect([await isFree(port), await isFree(providerPort)]).toEqual([true, true]);
  }, 150_000);

  it('leaves nothing when it is killed', async () => {
    const served = serve();
    await ready();
    await eventually(() => provider('/health/ready'), { timeoutMs: 30_000 });

    served.kill('SIGKILL');

    await eventually(async () => (await isFree(port)) && (await isFree(providerPort)), { timeoutMs: 30_000 });
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

  it('finds a payment provider that was started alone for the same data, and leaves it running', async () => {
    const alone = serve('payment-provider');
    await eventually(() => provider('/health/ready'), { timeoutMs: 30_000 });
    await eventually(() => output.includes('payment-provider is ready'));

    const served = serve();
    await ready();
    served.kill('SIGTERM');
    await once(served, 'exit');

    expect(await provider('/health/live')).toMatchObject({ status: 'ok' });
    alone.kill('SIGTERM');
    expect(await once(alone, 'exit')).toEqual([0, null]);
    expect(await isFree(providerPort)).toBe(true);
  }, 120_000);
});
