import { setTimeout as sleep } from 'node:timers/promises';
import { event, request, timer } from '@banyan/contracts';
import { z } from 'zod';
import type { Grove, TestContext, TestPolicies } from '../grove';
import type { Chance } from './chance';

/**
 * What happens in every run of the children: orders counts, inventory reserves and says so, shipping packs after a
 * question, orders notes it and is reminded by a timer. Each reaction leaves one row in `effects`.
 */
export const CONTEXTS = ['orders', 'inventory', 'shipping'] as const;

const fields = { orderId: z.string(), n: z.int() };

export const Counted = event('orders.counted.v1', fields, { key: 'orderId' });
/** Whoever handles it dies. */
export const Poured = event('orders.poured.v1', fields, { key: 'orderId' });
export const Reserved = event('inventory.reserved.v1', fields, { key: 'orderId' });
export const Reminded = timer('orders.reminded.v1', { reminder: z.string(), ...fields }, { key: 'reminder' });
export const WeighOrder = request('orders.weigh-order.v1', { request: fields, reply: { grams: z.int() } });

/** Each subscription to an order's events, whether it sees them in the order of `n`, and what it reacts to. */
export const SUBSCRIPTIONS = [
  { context: 'inventory', name: 'reserve', inOrder: true },
  { context: 'inventory', name: 'watch', inOrder: true },
  { context: 'shipping', name: 'ship', inOrder: true },
  { context: 'shipping', name: 'pack', inOrder: true },
  { context: 'orders', name: 'note', inOrder: true },
  { context: 'orders', name: 'remind', inOrder: false },
] as const;

type Order = { readonly orderId: string; readonly n: number };

export const policies = (grove: () => Grove, reservingMs = 0): TestPolicies => {
  const at = (context: string): TestContext => grove().context(context);
  const effect =
    (context: string) =>
    ({ orderId, n }: Order, message: Parameters<TestContext['effect']>[0]) =>
      at(context).effect(message, orderId, n);
  return {
    orders: [
      {
        on: Reserved,
        name: 'note',
        handle: async (order: Order, message) => {
          await effect('orders')(order, message);
          const reminder = `${order.orderId}/${order.n}`;
          await at('orders').messaging.timers.set(Reminded({ reminder, ...order }), { due: new Date() });
        },
      },
      { on: Reminded, name: 'remind', handle: effect('orders') },
    ],
    inventory: [
      {
        on: Counted,
        name: 'reserve',
        handle: async (order: Order, message) => {
          if (reservingMs > 0) await sleep(reservingMs);
          await effect('inventory')(order, message);
          await at('inventory').messaging.outbox.publish(Reserved(order));
          if (message.attempt === 1 && order.n % 7 === 5) throw new Error('it works at the second attempt');
        },
      },
      { on: Counted, name: 'watch', group: 'watching', handle: effect('inventory') },
      {
        on: Poured,
        name: 'drink',
        handle: async () => {
          process.kill(process.pid, 'SIGKILL');
          await new Promise(() => undefined);
        },
      },
    ],
    shipping: [
      { on: Counted, name: 'ship', handle: effect('shipping') },
      {
        on: Reserved,
        name: 'pack',
        // Whoever was asked and died answers no more: it is not waited for much longer than a start takes.
        prepare: (order: Order) => at('shipping').contexts.ask(WeighOrder, order, { deadlineMs: 500 }),
        handle: effect('shipping'),
      },
    ],
  };
};

/** Beside the effects: how far each order has counted, and every count that was committed. */
export const STORY_TABLES = `
  CREATE TABLE orders.counters (key text PRIMARY KEY, n int NOT NULL DEFAULT 0);
  CREATE TABLE orders.counts (key text, n int, PRIMARY KEY (key, n));
  GRANT ALL ON orders.counters, orders.counts TO orders_app;`;

export interface Workload {
  readonly keys: readonly string[];
  /** Writers at a time. */
  readonly writers: number;
  readonly pauseMs: number;
  /** Rests after so many orders, so that a slow machine does not drown. (Default: 400) */
  readonly limit?: number;
}

/** Counts orders until told to stop. Some transactions roll back after they have published. */
export class Counting {
  private stopping = false;
  private readonly running: Promise<unknown>;
  /** Orders counted by this process. */
  counted = 0;

  constructor(
    private readonly orders: TestContext,
    private readonly workload: Workload,
    private readonly chance: Chance,
    private readonly limit = workload.limit ?? 400,
  ) {
    this.running = Promise.all(Array.from({ length: workload.writers }, () => this.write()));
  }

  /** Whether it has counted as many as it may. */
  get resting(): boolean {
    return this.counted >= this.limit;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async write(): Promise<void> {
    while (!this.stopping && !this.resting) {
      await this.count(this.chance.of(this.workload.keys), this.chance.below(6) === 0).catch(() => undefined);
      await sleep(this.workload.pauseMs);
    }
  }

  private async count(key: string, thinksBetter: boolean): Promise<void> {
    const { database, messaging } = this.orders;
    await database.run(async () => {
      const [counter] = await database.query<{ n: number }>(
        `INSERT INTO counters (key, n) VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = counters.n + 1 RETURNING n`,
        [key],
      );
      const { n } = counter as { n: number };
      await messaging.outbox.publish(Counted({ orderId: key, n }));
      await database.query('INSERT INTO counts (key, n) VALUES ($1, $2)', [key, n]);
      if (thinksBetter) throw new Error('thought better of it');
    });
    this.counted += 1;
  }
}
