import { currentTransaction } from '@banyan/persistence';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contexts } from '../contexts';
import { median, quantile } from '../measuring';
import { insertWhenOrderPlaced, orderPlaced, type OrderPlaced } from '../orders';
import type { Line, Target } from '../report';
import type { Bench, Scenario } from '../scenario';
import { inProcessTransport, rabbitTransport } from '../transports';

const SUBSCRIBERS = ['billing', 'packing'];
const PER_SECOND = 100;

/** How soon after its commit has an event acted elsewhere? */
export const latency: Scenario = {
  title: `Commit to handler committed, at ${PER_SECOND} events/s`,
  async run(bench) {
    const ways = {
      'in process': await delaysOf(bench, inProcessTransport),
      'over RabbitMQ': await delaysOf(bench, rabbitTransport(bench, await bench.broker())),
    };
    const reached = new Map<string, { p50: number; p99: number }[]>();
    for (let round = -1; round < bench.rounds; round++) {
      for (const [name, delays] of Object.entries(ways)) {
        const values = await delays(bench.roundMs * 2);
        const ends = { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
        if (round >= 0) reached.set(name, [...(reached.get(name) ?? []), ends]);
      }
    }
    const at = (name: string, end: 'p50' | 'p99') => (reached.get(name) ?? []).map((each) => each[end]);
    const line = (name: string, end: 'p50' | 'p99'): Line => ({
      name: `${name}, ${end}`,
      unit: 'ms',
      value: median(at(name, end)),
      range: [quantile(at(name, end), 0), quantile(at(name, end), 1)],
    });
    const target = (name: string, end: 'p50' | 'p99', atMost: number): Target => ({
      what: `${name}, ${end}`,
      value: median(at(name, end)),
      unit: 'ms',
      atMost,
    });
    return {
      lines: Object.keys(ways).flatMap((name) => [line(name, 'p50'), line(name, 'p99')]),
      targets: [
        target('in process', 'p50', 5),
        target('in process', 'p99', 25),
        target('over RabbitMQ', 'p50', 8),
        target('over RabbitMQ', 'p99', 30),
      ],
      notes: ['Two subscribers, each its own delay; events come evenly spaced.'],
    };
  },
};

/** Delays in milliseconds from the publisher's commit to each handler's. */
export async function delaysOf(bench: Bench, transport: typeof inProcessTransport) {
  const committedAt = new Map<string, number>();
  let delays: number[] = [];
  const contexts = await Contexts.start(bench, {
    contexts: (all) => ({
      sales: [],
      ...Object.fromEntries(
        SUBSCRIBERS.map((name) => {
          const policy = insertWhenOrderPlaced(
            () => all().of(name).database,
            () => undefined,
          );
          const handle: typeof policy.handle = async (data, message) => {
            await policy.handle(data, message);
            const began = committedAt.get((data as OrderPlaced).orderId) ?? NaN;
            currentTransaction()?.afterCommit.push(() => delays.push(performance.now() - began));
          };
          return [name, [{ ...policy, handle }]];
        }),
      ),
    }),
    transport,
  });
  const { database, messaging } = contexts.of('sales');
  return async (ms: number): Promise<readonly number[]> => {
    delays = [];
    const began = performance.now();
    const count = Math.floor((ms * PER_SECOND) / 1000);
    const publishing: Promise<void>[] = [];
    for (let n = 0; n < count; n++) {
      const due = began + (n * 1000) / PER_SECOND;
      if (due > performance.now()) await sleep(due - performance.now());
      const event = orderPlaced(n);
      publishing.push(
        database.run(async () => {
          await messaging.outbox.publish(event);
          currentTransaction()?.afterCommit.unshift(() =>
            committedAt.set((event.data as OrderPlaced).orderId, performance.now()),
          );
        }),
      );
    }
    await Promise.all(publishing);
    await contexts.until(() => delays.length >= count * SUBSCRIBERS.length, 'handled');
    return delays;
  };
}
