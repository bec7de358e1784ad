import { v7 as uuidv7 } from 'uuid';
import { rate } from './measuring';
import { cpuSecondsBehind } from './servers/cpu';
import type { Customer, Shop } from './shop';
import { whatWaits } from './stuck';

/** Nothing has moved for so long: something is stuck. */
const PATIENCE_MS = 60_000;

/** How one round of buying went. */
export interface Buying {
  /** Orders, from the first that is placed to the last that is completed. */
  readonly perSecond: number;
  /** How long each order took to be accepted. */
  readonly answeredMs: readonly number[];
  /** Orders that were answered 503 and sent again. */
  readonly triedAgain: number;
  /** Of all processes of the shop, until every message is handled. */
  readonly shopCpuMs: number;
  /** NaN where it cannot be told. */
  readonly postgresCpuMs: number;
  /** NaN where there is none, or it cannot be told. */
  readonly brokerCpuMs: number;
  readonly residentMiB: number;
}

/** Customers who buy the same things, round after round. */
export class Buyers {
  private constructor(
    private readonly shop: Shop,
    private readonly together: number,
    private readonly products: readonly { sku: string }[],
  ) {}

  /** As many customers sign up as there are `orders` in a round; `together` of them are at it at a time. */
  static async of(shop: Shop, { orders, together }: { orders: number; together: number }): Promise<Buyers> {
    await shop.signUp(orders);
    return new Buyers(
      shop,
      together,
      await shop.rows('SELECT sku FROM catalog.products ORDER BY sku LIMIT 40'),
    );
  }

  /**
   * One order of each, and the wait until all are completed and every message is handled.
   * @throws Error that names what is stuck, when nothing moves for a minute or an order is cancelled.
   */
  async buy(): Promise<Buying> {
    const { customers } = this.shop;
    await this.shop.fillCarts(this.products);
    const before = await this.used();
    const began = performance.now();
    const answeredMs: number[] = [];
    let triedAgain = 0;
    const waiting = customers.values();
    const buyer = async () => {
      for (const customer of waiting) {
        const start = performance.now();
        triedAgain += await this.place(customer);
        answeredMs.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: this.together }, buyer));
    await this.until('completed', () => this.uncompleted());
    const perSecond = rate(customers.length, began);
    await this.until('at rest', () => this.messages());
    const after = await this.used();
    return {
      perSecond,
      answeredMs,
      triedAgain,
      shopCpuMs: after.shop - before.shop,
      postgresCpuMs: after.postgres - before.postgres,
      brokerCpuMs: after.broker - before.broker,
      residentMiB: after.residentMiB,
    };
  }

  /** Returns how many times it had to be sent again. */
  private async place({ token, addressId }: Customer): Promise<number> {
    const request = {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': uuidv7(),
      },
      body: JSON.stringify({ addressId, paymentToken: 'tok_ok' }),
    };
    for (let again = 0; ; again++) {
      const answer = await fetch(`${this.shop.served.url}/api/v1/orders`, request);
      const text = await answer.text();
      if (answer.status === 202) return again;
      if (answer.status !== 503 || again === 20)
        throw new Error(`an order was answered ${answer.status}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async until(state: string, left: () => Promise<number>): Promise<void> {
    let least = Infinity;
    let moved = performance.now();
    for (let now = await left(); now > 0; now = await left()) {
      if (now < least) [least, moved] = [now, performance.now()];
      if (performance.now() - moved > PATIENCE_MS)
        throw new Error(
          `For ${PATIENCE_MS / 1000} s nothing came nearer to being ${state}, and ${now} are left.\n${await whatWaits(this.shop)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** @throws Error when one was cancelled, and so will never be completed. */
  private async uncompleted(): Promise<number> {
    const left = await this.shop.rows<{ status: string; n: number }>(
      `SELECT status, count(*)::int AS n FROM orders.orders WHERE status <> 'completed' GROUP BY status`,
    );
    const cancelled = left.find(({ status }) => status === 'cancelled');
    if (cancelled) throw new Error(`${cancelled.n} orders were cancelled.\n${await whatWaits(this.shop)}`);
    return left.reduce((sum, { n }) => sum + n, 0);
  }

  private async messages(): Promise<number> {
    const tables = this.shop.contexts.flatMap((context) => [`"${context}".outbox`, `"${context}".inbox`]);
    const [row] = await this.shop.rows<{ n: number }>(
      `SELECT (${tables.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ')})::int AS n`,
    );
    return row!.n;
  }

  private async used() {
    const usages = await Promise.all(this.shop.processes.map((each) => each.usage()));
    const { databaseUrl, broker } = this.shop;
    return {
      shop: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds * 1000, 0),
      residentMiB: usages.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
      postgres: (cpuSecondsBehind(databaseUrl) ?? NaN) * 1000,
      broker: broker ? (cpuSecondsBehind(broker.url) ?? NaN) * 1000 : NaN,
    };
  }
}
