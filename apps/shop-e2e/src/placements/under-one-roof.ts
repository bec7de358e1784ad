/*
 * Several deployables in one process, each with its own Nest application, port, pools and connections, as its parent says:
 * for walking through so many placements that a process for each would take days. They share an event loop, nothing else.
 */
import { host } from '@banyan/hosting';
import { startProvider } from '../../../payment-provider/src/provider';
import { ProviderSettings } from '../../../payment-provider/src/provider-settings';
import { modules } from '../shop/modules';
import type { Wish } from './roof';

/** By the names of deployables. */
const stops = new Map<string, () => Promise<void>>();
let given: readonly string[] = [];

async function open(name: string, env: Readonly<Record<string, string>>): Promise<void> {
  // Settings of contexts read the process's environment; all deployables of a shop have the same.
  for (const variable of given) delete process.env[variable];
  given = Object.keys(env);
  Object.assign(process.env, env);
  const { stop } =
    name === 'payment-provider'
      ? await startProvider(new ProviderSettings())
      : await host(name, modules, { env, port: Number(env['PORT']), signals: false });
  stops.set(name, stop);
}

async function close(name: string): Promise<void> {
  const stop = stops.get(name);
  stops.delete(name);
  await stop?.();
}

// One after the other, since each is told its environment by way of the process's.
let before: Promise<unknown> = Promise.resolve();
process.on('message', ({ id, name, env }: Wish) => {
  const done = env ? (before = before.then(() => open(name, env))) : close(name);
  done.then(
    () => process.send?.({ id }),
    (error: Error) => process.send?.({ id, error: error.stack }),
  );
  before = before.catch(() => undefined);
});
