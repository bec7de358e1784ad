import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { delivery } from './buying';
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

  private constructor(
    private readonly sku: string,
    private readonly pauseMs: number,
  ) {}

  private customers: Promise<void>[] = [];

  /** Lets `size` customers in. */
  static async enter(
    shop: Shop,
    { sku, size = 8, pauseMs = 20 }: { sku: string; size?: number; pauseMs?: number },
  ) {
    const crowd = new Crowd(sku, pauseMs);
    const visitors = await Promise.all(Array.from({ length: size }, () => shop.as(`crowd ${randomUUID()}`)));
    crowd.customers = visitors.map((each) => crowd.buy(each));
    return crowd;
  }

  get told(): Told {
    return { orders: this.orders, statuses: this.statuses };
  }

  /** Lets each finish the order in hand, until the shop has answered it. */
  async leave(): Promise<Told> {
    this.leaving = true;
    await Promise.all(this.customers);
    return this.told;
  }

  private async buy(customer: Visitor): Promise<void> {
    while (!this.leaving) {
      await this.insist(() => customer.put(`/cart/items/${this.sku}`, { quantity: 1 }));
      const key = randomUUID();
      const { status, body } = await this.insist(() =>
        customer.post('/orders', delivery, { 'Idempotency-Key': key }),
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
      if (Date.now() > deadline)
        throw new Error(`The shop did not answer for a minute; it last said ${status}`);
      await sleep(50);
    }
  }
}
