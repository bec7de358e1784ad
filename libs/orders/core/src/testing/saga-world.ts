import type { OrderState } from '../domain/order';
import { OrderAlreadyCancelled, OrderOnItsWay } from '../domain/order-errors';
import { ANN, orders } from './orders';

type Partner = 'inventory' | 'payments' | 'shipping';
interface Message {
  readonly what: string;
  readonly deliver: () => Promise<void> | void;
}

/** Whether there is enough of it, the card is good, and the carrier does not lose it. */
export interface Luck {
  readonly inStock: boolean;
  readonly solvent: boolean;
  readonly careful: boolean;
}

/**
 * What may interfere at any time: the customer cancels, the clock strikes, the next message of a way dies, so that what
 * follows overtakes it, one that died is replayed, one that arrived comes again.
 */
export const TROUBLES = ['cancellation', 'deadline', 'death', 'replay', 'repetition'] as const;
export type Trouble = (typeof TROUBLES)[number];

const HEARS: Record<Partner, readonly string[]> = {
  inventory: ['order-placed', 'order-cancelled'],
  payments: ['payment-due', 'order-cancelled'],
  shipping: ['order-confirmed', 'cancellation-requested', 'order-cancelled'],
};

/**
 * One order and all that takes part in its checkout: the rules of orders as they are, each partner as its contract says it
 * behaves, and what is under way between them, in order per pair. Whoever drives it chooses what happens next.
 */
export class SagaWorld {
  stock: 'none' | 'reserved' | 'refused' | 'released' | 'shipped' = 'none';
  money: { state: 'none' | 'pending' | 'captured' | 'declined'; captured: number; refunded: number } = {
    state: 'none',
    captured: 0,
    refunded: 0,
  };
  parcel: 'none' | 'refusing' | 'preparing' | 'cancelled' | 'dispatched' | 'delivered' | 'lost' = 'none';
  private readonly shop = orders({ MUG: 2200 });
  private readonly ways = new Map<string, Message[]>();
  /** What was given up at least once, such as `order-placed to inventory`. */
  readonly died = new Set<string>();
  /** What came more than once. */
  readonly repeated = new Set<string>();
  private readonly past: Message[] = [];
  private dead: Message[] = [];
  private readonly possible: Record<Trouble, () => Message[]> = {
    cancellation: () => [{ what: 'the customer cancels', deliver: () => this.cancel() }],
    deadline: () => [{ what: 'the deadline passes', deliver: () => this.expire() }],
    death: () =>
      [...this.ways].flatMap(([way, [first]]) =>
        first ? [{ what: `dies: ${first.what}`, deliver: () => this.die(way) }] : [],
      ),
    replay: () => this.deadLetters(),
    repetition: () =>
      this.past.map(({ what, deliver }) => ({
        what: `again: ${what}`,
        deliver: () => {
          this.repeated.add(what);
          return deliver();
        },
      })),
  };
  private told = 0;

  private constructor(
    private readonly luck: Luck,
    private id: string = '',
  ) {}

  static async withAnOrder(luck: Luck): Promise<SagaWorld> {
    const world = new SagaWorld(luck);
    await world.shop.put(ANN, 'MUG', 1);
    world.id = (await world.shop.place(ANN)).id;
    world.spread();
    return world;
  }

  get order(): OrderState {
    return this.shop.order(this.id);
  }

  get published(): string[] {
    return this.shop.published.map(({ type }) => type.replace('orders.', ''));
  }

  get waiting(): string[] {
    return this.shop.timers.waiting.map(({ type }) => type.replace('orders.', ''));
  }

  /** What could happen next by itself: the arrival of whatever is first on its way, a partner's act, a timer. */
  next(): Message[] {
    const arrivals = [...this.ways].flatMap(([way, [first]]) =>
      first ? [{ what: `${way}: ${first.what}`, deliver: () => this.arrive(way) }] : [],
    );
    const acts: Message[] = [];
    const act = (possible: boolean, what: string, deliver: Message['deliver']) =>
      possible && acts.push({ what, deliver });
    act(this.money.state === 'pending', 'the provider answers', () => this.settle());
    act(this.parcel === 'preparing', 'the parcel leaves', () => this.leave());
    act(this.parcel === 'dispatched', 'the parcel arrives or is lost', () => this.end());
    act(this.waiting.includes('completion-due'), 'it is time to close the order', () => {
      this.shop.timers.forget('orders.completion-due', this.id);
      this.send('clock to orders', 'the closing', () => this.run(() => this.shop.complete(this.id)));
    });
    return [...arrivals, ...acts];
  }

  /** What of these troubles may happen at this time. */
  troubles(kinds: readonly Trouble[]): Message[] {
    return kinds.flatMap((kind) => this.possible[kind]());
  }

  /** Messages that were given up; delivering one replays it. */
  deadLetters(): Message[] {
    return this.dead.map((letter) => ({
      what: `replayed: ${letter.what}`,
      deliver: () => this.replay(letter),
    }));
  }

  /** The deadline is on its way, and may still arrive after what stops it. */
  expire(): void {
    if (!this.waiting.includes('checkout-expired')) return;
    this.shop.timers.forget('orders.checkout-expired', this.id);
    this.send('clock to orders', 'the deadline', () =>
      this.run(() => this.shop.giveUp(this.id, 'checkout-expired')),
    );
  }

  private async cancel(): Promise<void> {
    await this.run(() => this.shop.cancel(this.id, ANN)).catch((error: unknown) => {
      if (!(error instanceof OrderAlreadyCancelled || error instanceof OrderOnItsWay)) throw error;
    });
  }

  private async arrive(way: string): Promise<void> {
    const message = this.ways.get(way)!.shift()!;
    await message.deliver();
    this.past.push(message);
  }

  private die(way: string): void {
    const message = this.ways.get(way)!.shift()!;
    this.dead.push(message);
    this.died.add(message.what);
  }

  private async replay(letter: Message): Promise<void> {
    this.dead = this.dead.filter((each) => each !== letter);
    await letter.deliver();
    this.past.push(letter);
  }

  private async run(work: () => Promise<unknown>): Promise<void> {
    await work();
    this.spread();
  }

  /** Sends what orders has published since to everybody who listens. */
  private spread(): void {
    for (const { type, data } of this.shop.published.slice(this.told)) {
      const what = type.replace('orders.', '');
      for (const partner of Object.keys(HEARS) as Partner[])
        if (HEARS[partner].includes(what))
          this.send(`orders to ${partner}`, what, () =>
            this[partner](what, data as { readonly dispatched?: boolean }),
          );
    }
    this.told = this.shop.published.length;
  }

  private send(way: string, what: string, deliver: Message['deliver']): void {
    const [, to] = way.split(' to ');
    this.ways.set(way, [...(this.ways.get(way) ?? []), { what: `${what} to ${to}`, deliver }]);
  }

  private tell(partner: Partner, what: string, work: () => Promise<unknown>): void {
    this.send(`${partner} to orders`, what, () => this.run(work));
  }

  private inventory(what: string, { dispatched }: { readonly dispatched?: boolean }): void {
    if (what === 'order-placed' && this.stock === 'none') {
      this.stock = this.luck.inStock ? 'reserved' : 'refused';
      if (this.luck.inStock) this.tell('inventory', 'reserved', () => this.shop.requestPayment(this.id));
      else this.tell('inventory', 'refused', () => this.shop.giveUp(this.id, 'stock-refused'));
    }
    if (what === 'order-cancelled' && !dispatched && this.stock !== 'shipped') this.stock = 'released';
  }

  private payments(what: string): void {
    const { state, captured, refunded } = this.money;
    if (what === 'payment-due' && state === 'none') this.money.state = 'pending';
    if (what !== 'order-cancelled') return;
    if (state === 'none' || state === 'pending') this.money.state = 'declined';
    this.money.refunded = captured;
    if (captured > refunded) this.noteRefund(captured - refunded);
  }

  private noteRefund(amount: number): void {
    const euros = { amount, currency: 'EUR' };
    const ids = { orderId: this.id, paymentId: this.id, refundId: this.id, customerId: ANN };
    this.tell('payments', 'refunded', () =>
      this.shop.noteRefund({ ...ids, amount: euros, refunded: euros, reason: 'cancellation' }),
    );
  }

  private settle(): void {
    if (this.money.state !== 'pending') return;
    this.money.state = this.luck.solvent ? 'captured' : 'declined';
    if (!this.luck.solvent)
      return this.tell('payments', 'declined', () => this.shop.giveUp(this.id, 'payment-declined'));
    this.money.captured += this.order.total.amount;
    this.tell('payments', 'captured', () => this.shop.confirm(this.id));
  }

  private shipping(what: string): void {
    const cancelled = () => {
      this.parcel = 'cancelled';
      this.tell('shipping', 'cancelled', () => this.shop.follow(this.id, 'shipmentCancelled'));
    };
    if (what === 'order-confirmed') {
      if (this.parcel === 'none') this.parcel = 'preparing';
      if (this.parcel === 'refusing') cancelled();
      return;
    }
    if (this.parcel === 'preparing') cancelled();
    if (this.parcel === 'none') this.parcel = 'refusing';
  }

  private leave(): void {
    if (this.parcel !== 'preparing') return;
    this.parcel = 'dispatched';
    this.tell('shipping', 'dispatched', () => this.shop.follow(this.id, 'dispatched'));
    this.send('shipping to inventory', 'dispatched', () => void (this.stock = 'shipped'));
  }

  private end(): void {
    if (this.parcel !== 'dispatched') return;
    const news = this.luck.careful ? 'delivered' : 'lost';
    this.parcel = news;
    this.tell('shipping', news, () => this.shop.follow(this.id, news));
  }
}
