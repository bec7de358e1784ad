import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Bench } from '../scenario';

const register = join(__dirname, '../../dev/register.js');

export interface Served {
  readonly url: string;
  readonly pid: number;
  /** From its start until it listened. */
  readonly listeningAfterMs: number;
  /** Lets the shop's relays rest. */
  rest(): Promise<void>;
  /** What the shop's process has used so far. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly residentMiB: number }>;
  /** As an operator would. Happens by itself when the scenario ends. */
  stop(): Promise<void>;
}

/** Starts a server of this folder in a process of its own, and resolves when it says where it listens. */
export async function served(
  bench: Bench,
  server: 'shop' | 'bare' | 'provider',
  env: Readonly<Record<string, string>>,
): Promise<Served> {
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, ['-r', register, join(__dirname, `${server}.ts`)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', process.env.BENCH_LOG ? 2 : 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  };
  bench.after(stop);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`${server} ended with code ${code}`)));
  });
  const ask = <Answer>(wish: string) =>
    new Promise<Answer>((resolve) => {
      child.once('message', (answer) => resolve(answer as Answer));
      child.send(wish);
    });
  return {
    url,
    pid: child.pid ?? 0,
    listeningAfterMs: performance.now() - began,
    rest: () => ask('rest'),
    usage: () => ask('usage'),
    stop,
  };
}

/** Resolves once the shop answers that it is ready and its products are there. */
export async function ready({ url }: Served, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`not ready: ${await answer?.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
