import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Visitor } from '../../shop/visitor';
import type { Chance } from '../plan/chance';
import type { History } from './history';

/** Good cards most of the time; the others as often as makes them meet every fault. */
const TOKENS = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_declined',
  'tok_slow',
  'tok_flaky',
  'tok_lost_reply',
  'tok_lost_reply',
];

/** At two of them nobody is at home, the first time or ever. */
const POSTAL_CODES = ['2311', '2311', '00000', '99999'];

/** How customers behave. */
export interface Manners {
  readonly tokens?: readonly string[];
  /** One order in so many is cancelled. (Default: 3) */
  readonly cancelsOneIn?: number;
  /** They wait for the confirmation, to cancel at once then. (Default: they do not) */
  readonly cancelsConfirmed?: boolean;
  /** How long they think at most before they cancel, in milliseconds. (Default: 800) */
  readonly regretsWithinMs?: number;
  /** How often a cancellation is asked for at the same time. (Default: 1 or 2) */
  readonly cancelsAtOnce?: number;
}

/** Orders, regrets, looks and asks again, one order after the other. */
export class Customer {
  private addressId?: string;

  constructor(
    private readonly self: Visitor,
    private readonly skus: readonly string[],
    private readonly history: History,
    private readonly chance: Chance,
    private readonly manners: Manners = {},
  ) {}

  /** Moves in. */
  async settle(): Promise<this> {
    const home = { name: 'Kim', line1: '2 Fig Street', city: 'Leiden', country: 'NL' };
    const postalCode = this.chance.of(POSTAL_CODES);
    const moved = await this.self.post('/users/me/addresses', { ...home, postalCode });
    this.addressId = moved.body.id;
    return this;
  }

  async shop(): Promise<void> {
    const { chance, history, manners } = this;
    const key = randomUUID();
    const paymentToken = chance.of(manners.tokens ?? TOKENS);
    const order = () =>
      this.self.post('/orders', { addressId: this.addressId, paymentToken }, { 'Idempotency-Key': key });

    const item = `/cart/items/${chance.of(this.skus)}`;
    const quantity = chance.between(1, 3);
    await history.insist('filling a cart', [200], () => this.self.put(item, { quantity }));
    const accepted = await history.insist('an order', [202], order);
    if (!accepted) return;
    const { id } = accepted.body;
    history.orders.set(key, id);

    if (chance.oneIn(manners.cancelsOneIn ?? 3)) await this.cancel(id);
    if (chance.oneIn(5)) {
      const again = await history.insist('an order asked for again', [202], order);
      if (again && again.body.id !== id) history.oddities.push(`Key ${key} made ${id} and ${again.body.id}`);
    }
    if (chance.oneIn(4))
      await history.insist('looking at an accepted order', [200], () => this.self.get(`/orders/${id}`));
    await sleep(chance.between(50, 350));
  }

  private async cancel(orderId: string): Promise<void> {
    const { chance, history, manners } = this;
    if (manners.cancelsConfirmed) await this.confirmation(orderId);
    else await sleep(chance.below(manners.regretsWithinMs ?? 800));
    const atOnce = manners.cancelsAtOnce ?? (chance.oneIn(4) ? 2 : 1);
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        const answer = await history.insist('a cancellation', [202, 409], () =>
          this.self.post(`/orders/${orderId}/cancellation`),
        );
        if (answer) history.cancellations.push({ orderId, accepted: answer.status === 202 });
      }),
    );
  }

  private async confirmation(orderId: string): Promise<void> {
    for (;;) {
      const seen = await this.history.insist('looking at an accepted order', [200], () =>
        this.self.get(`/orders/${orderId}`),
      );
      if (!['placed', 'awaiting-payment'].includes(seen?.body.status)) return;
      await sleep(20);
    }
  }
}
