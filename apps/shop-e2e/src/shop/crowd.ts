import { eventually } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shop } from './start-shop';
import type { Answer, Visitor } from './visitor';

/** What the crowd was told, to be held against what the shop did. */
export interface Told {
  /** Ids of accepted orders, by the key under which each was asked for. */
  readonly orders: ReadonlyMap<string, string>;
  /** How often each status was seen; 0 for no answer at all. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** Customers who go on ordering, one order after another, and try again under the same key while the shop does not answer. */
export class Crowd {
  private readonly orders = new Map<string, string>();
  private readonly statuses: Record<number, number> = {};
  private leaving = false;

  private customers: Promise<unknown>[] = [];
  private readonly failures: unknown[] = [];

  private constructor(
    private readonly shop: Shop,
    private readonly sku: string,
    private readonly pauseMs: number,
  ) {}

  /** Lets `size` customers in. */
  static async enter(
    shop: Shop,
    { sku, size = 8, pauseMs = 20 }: { sku: string; size?: number; pauseMs?: number },
  ) {
    const crowd = new Crowd(shop, sku, pauseMs);
    const visitors = await Promise.all(Array.from({ length: size }, () => shop.as(`crowd ${randomUUID()}`)));
    crowd.customers = visitors.map((each) =>
      crowd.buy(each).catch((error: unknown) => crowd.failures.push(error)),
    );
    return crowd;
  }

  get told(): Told {
    return { orders: this.orders, statuses: this.statuses };
  }

  /** Resolves when so many more orders were accepted. */
  async ordered(more: number): Promise<void> {
    const enough = this.orders.size + more;
    await eventually(
      () => {
        if (this.orders.size >= enough) return;
        const warnings = [...this.shop.running.values()].flatMap(({ alive, output }) =>
          // Whoever has died said why in its last lines.
          output.split('\n').filter((line) => !alive || / (warn|error) /.test(line)),
        );
        throw new Error(
          `${[...this.shop.running.values()].map(({ name, state }) => `${name} ${state}`).join()}; ${this.orders.size} orders were accepted, not ${enough}: ${JSON.stringify(this.statuses)}\n${warnings.slice(-40).join('\n')}`,
        );
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
  }

  /** Lets each finish the order in hand, until the shop has answered it. */
  async leave(): Promise<Told> {
    this.leaving = true;
    await Promise.all(this.customers);
    if (this.failures.length > 0) throw this.failures[0];
    return this.told;
  }

  private async buy(customer: Visitor): Promise<void> {
    while (!this.leaving) {
      await this.insist(() => customer.put(`/cart/items/${this.sku}`, { quantity: 1 }));
      const key = randomUUID();
      const { status, body } = await this.insist(() =>
        customer.post('/orders', customer.delivery, { 'Idempotency-Key': key }),
      );
      if (status !== 202) throw new Error(`An order was answered ${status}: ${JSON.stringify(body)}`);
      this.orders.set(key, body.id);
      await sleep(this.pauseMs);
    }
  }

  /** Tries until there is an answer that trying again will not better. */
  private async insist(act: () => Promise<Answer>): Promise<Answer> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await act().catch(() => undefined);
      const status = answer?.status ?? 0;
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      if (answer && status !== 503) return answer;
      if (this.shop.closed || Date.now() > deadline)
        throw new Error(`The shop did not answer for a minute; it last said ${status}`);
      await sleep(50);
    }
  }
}
