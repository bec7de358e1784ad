import { CartIsEmpty } from './cart-errors';
import { type Money, sum, times } from './money';
import { ForeignCurrency, OrderAlreadyCancelled, PriceChanged } from './order-errors';

export type OrderStatus = 'placed' | 'confirmed' | 'cancelled';

/** Why the shop gives up an order that waits for its confirmation. */
export type Mishap = 'stock-refused' | 'checkout-expired';
export type CancellationReason = 'customer-request' | Mishap;

/** What was agreed at placing; a later change of name or price does not touch it. */
export interface OrderLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
}

/** Something that happened to an order. */
export interface Milestone {
  /** An ISO instant. */
  readonly at: string;
  readonly what: OrderStatus | 'stock-reserved';
  /** Words for the customer. */
  readonly note?: string;
}

export interface OrderState {
  readonly id: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly addressId: string;
  readonly paymentToken: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
  readonly timeline: readonly Milestone[];
}

export interface NewOrder {
  readonly id: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  /** Kept for shipping. */
  readonly addressId: string;
  /** Kept for payment; never shown. */
  readonly paymentToken: string;
  /** What the customer believes it costs, if they say so. */
  readonly expectedTotal?: Money;
}

/** What a customer wants, from its placing to its end. */
export class Order {
  private constructor(private state: OrderState) {}

  static place({ expectedTotal, ...order }: NewOrder, at: Date): Order {
    if (order.lines.length === 0) throw new CartIsEmpty();
    const total = sum(order.lines.map(({ price, quantity }) => times(price, quantity)));
    if (expectedTotal && expectedTotal.currency !== total.currency)
      throw new ForeignCurrency(expectedTotal.currency, total.currency);
    if (expectedTotal && expectedTotal.amount !== total.amount) throw new PriceChanged(total);
    return new Order({
      ...order,
      total,
      status: 'placed',
      timeline: [{ at: at.toISOString(), what: 'placed' }],
    });
  }

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: OrderState): Order => new Order(state);

  get status(): OrderStatus {
    return this.state.status;
  }

  /** Whether it is this customer's. Nobody else may know of it. */
  belongsTo = (customerId: string): boolean => this.state.customerId === customerId;

  /** Its stock is set aside. Returns false when the order no longer waits for it. */
  stockReserved(at: Date): boolean {
    if (this.state.status !== 'placed') return false;
    this.record({ at: at.toISOString(), what: 'stock-reserved' });
    return true;
  }

  /** Nothing is missing any more. Returns false when it no longer waits to be confirmed. */
  confirm(at: Date): boolean {
    if (this.state.status !== 'placed') return false;
    this.state = { ...this.state, status: 'confirmed' };
    this.record({ at: at.toISOString(), what: 'confirmed' });
    return true;
  }

  /** The shop cannot confirm it. Returns false when it is confirmed or cancelled already: then it stays that. */
  giveUp(mishap: Mishap, at: Date, note?: string): boolean {
    if (this.state.status !== 'placed') return false;
    this.end(mishap, at, note);
    return true;
  }

  /** The customer wants it no longer. Returns false when they said so before. */
  cancel(at: Date): boolean {
    const { id, status, cancellationReason } = this.state;
    if (status === 'cancelled') {
      if (cancellationReason === 'customer-request') return false;
      throw new OrderAlreadyCancelled(id, cancellationReason!);
    }
    this.end('customer-request', at);
    return true;
  }

  snapshot = (): OrderState => this.state;

  private end(reason: CancellationReason, at: Date, note: string = WHY[reason]): void {
    this.state = { ...this.state, status: 'cancelled', cancellationReason: reason };
    this.record({ at: at.toISOString(), what: 'cancelled', note });
  }

  private record(milestone: Milestone): void {
    this.state = { ...this.state, timeline: [...this.state.timeline, milestone] };
  }
}

const WHY: Record<CancellationReason, string> = {
  'customer-request': 'You cancelled this order.',
  'stock-refused': 'Not everything that you ordered is in stock.',
  'checkout-expired': 'We could not confirm this order in time.',
};
