import { testDatabase } from '@banyan/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..', '..', '..');
const dev = join(root, 'tools', 'dev');

/** The real provider, in a process and on a database of its own. */
export interface ProviderProcess {
  readonly url: string;
  /** Its ledger for one capture: kinds and amounts, in order. */
  ledger(captureKey: string): Promise<[kind: string, amount: number][]>;
  /** Does something there that payments knows nothing of. */
  put(path: string, body: unknown): Promise<void>;
  /** kill -9, until `start`. */
  kill(): Promise<void>;
  /** Takes calls and does not answer, until `go`. */
  hang(): void;
  go(): void;
  /** Again, on the same port and data. */
  start(): Promise<void>;
  /** The caller stops it: `afterAll(() => provider.stop())`. */
  stop(): Promise<void>;
}

/** Resolves when the provider is ready; `env` are settings of its own, such as `PROVIDER_SLOW_MS`. */
export async function providerProcess(env: Record<string, string> = {}): Promise<ProviderProcess> {
  const server = await testDatabase();
  let port = 0;
  let child = await start();

  async function start() {
    const started = spawn(
      process.execPath,
      [
        ...['-r', join(dev, 'with-parent.js'), '-r', join(dev, 'register.js')],
        join(root, 'apps', 'payment-provider', 'src', 'main.ts'),
      ],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          DATABASE_URL: server.url,
          BANYAN_PREPARE: '1',
          PAYMENT_PROVIDER_PORT: String(port),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    started.stdout!.setEncoding('utf8');
    let said = '';
    for await (const text of started.stdout!) {
      said += text;
      if (/listens on \S+\n/.test(said)) break;
    }
    port = Number(/:(\d+)\n/.exec(said)?.[1]);
    if (!port) throw new Error(`The payment provider did not start: ${said}`);
    while (!(await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    return started;
  }
  async function end(signal: NodeJS.Signals) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    // One that hangs hears it only then.
    child.kill('SIGCONT');
    await once(child, 'exit');
  }

  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    ledger: async (captureKey) => {
      const response = await fetch(`${url}/ledger?limit=1000`);
      const { items } = (await response.json()) as {
        items: { kind: string; captureKey: string; amount: number }[];
      };
      return items
        .filter((entry) => entry.captureKey === captureKey)
        .map(({ kind, amount }) => [kind, amount] as [string, number]);
    },
    put: async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      const { ok, status } = await fetch(`${url}${path}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify(body),
      });
      if (!ok) throw new Error(`PUT ${path} answered ${status}`);
    },
    hang: () => void child.kill('SIGSTOP'),
    go: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    start: async () => void (child = await start()),
    stop: async () => {
      await end('SIGTERM');
      await server.drop();
    },
  };
}
