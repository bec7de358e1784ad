import { CartIsEmpty } from './cart-errors';
import { type Money, sum, times } from './money';
import { ForeignCurrency, OrderAlreadyCancelled, OrderOnItsWay, PriceChanged } from './order-errors';

export type OrderStatus =
  | 'placed'
  | 'awaiting-payment'
  | 'confirmed'
  | 'cancelling'
  | 'dispatched'
  | 'delivered'
  | 'completed'
  | 'cancelled';

/** Why the shop gives up an order that waits for its confirmation. */
export type Mishap = 'stock-refused' | 'payment-declined' | 'checkout-expired';
export type CancellationReason = 'customer-request' | 'parcel-lost' | Mishap;

/** What was agreed at placing; a later change of name or price does not touch it. */
export interface OrderLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: Money;
}

/** Where the goods go, as it was at placing. */
export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** Something that happened to an order. */
export interface Milestone {
  /** An ISO instant. */
  readonly at: string;
  readonly what:
    | Exclude<OrderStatus, 'awaiting-payment'>
    | 'stock-reserved'
    | 'paid'
    | 'cancellation-refused'
    | 'refunded';
  /** Words for the customer. */
  readonly note?: string;
}

export interface OrderState {
  readonly id: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly address: Address;
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
  readonly address: Address;
  /** Which of the customer's addresses that was. */
  readonly addressId: string;
  /** For payment; never shown. */
  readonly paymentToken: string;
  /** What the customer believes it costs, if they say so. */
  readonly expectedTotal?: Money;
}

/**
 * What a customer wants, from its placing to its end. Whatever happens to it may come late, twice or crossing with a
 * cancellation: each method returns false when it comes too late to change anything.
 */
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

  /** Its stock is set aside: now its payment is due. */
  stockReserved(at: Date): boolean {
    if (!this.isOneOf('placed')) return false;
    this.record(at, 'stock-reserved');
    return true;
  }

  /** Its money is captured: nothing is missing any more. */
  paid(at: Date): boolean {
    if (!this.isOneOf('awaiting-payment')) return false;
    this.record(at, 'paid');
    this.record(at, 'confirmed');
    return true;
  }

  /** The shop cannot confirm it. One that is confirmed or cancelled already stays that. */
  giveUp(mishap: Mishap, at: Date, note?: string): boolean {
    if (!this.isOneOf('placed', 'awaiting-payment')) return false;
    this.end(mishap, at, note);
    return true;
  }

  /**
   * The customer wants it no longer. Until it is confirmed that is enough: `cancelled`. Then whoever sends the goods has
   * to agree: `asked`. A second wish changes nothing: false. @throws OrderAlreadyCancelled, OrderOnItsWay
   */
  cancel(at: Date): 'cancelled' | 'asked' | false {
    const { id, status, cancellationReason } = this.state;
    if (status === 'cancelling' || (status === 'cancelled' && cancellationReason === 'customer-request'))
      return false;
    if (status === 'cancelled') throw new OrderAlreadyCancelled(id, cancellationReason!);
    if (this.isOneOf('dispatched', 'delivered', 'completed')) throw new OrderOnItsWay(id, status);
    if (status === 'confirmed') {
      this.record(at, 'cancelling');
      return 'asked';
    }
    this.end('customer-request', at);
    return 'cancelled';
  }

  /** Its goods stay in the house, as its customer wished. */
  shipmentCancelled(at: Date): boolean {
    if (!this.isOneOf('confirmed', 'cancelling')) return false;
    this.end('customer-request', at);
    return true;
  }

  /** Its goods left the house. A cancellation that crossed with them is refused by that. */
  dispatched(at: Date): boolean {
    if (!this.isOneOf('confirmed', 'cancelling')) return false;
    this.leave(at);
    return true;
  }

  /** Its goods are with the customer. */
  delivered(at: Date): boolean {
    if (!this.isOneOf('confirmed', 'cancelling', 'dispatched')) return false;
    if (this.status !== 'dispatched') this.leave(at);
    this.record(at, 'delivered');
    return true;
  }

  /** Its goods left the house and are gone for good. */
  lost(at: Date): boolean {
    if (!this.isOneOf('confirmed', 'cancelling', 'dispatched')) return false;
    if (this.status !== 'dispatched') this.leave(at);
    this.end('parcel-lost', at);
    return true;
  }

  /** Nothing is to be expected any more. */
  complete(at: Date): boolean {
    if (!this.isOneOf('delivered')) return false;
    this.record(at, 'completed');
    return true;
  }

  /** Money went back to its customer, whatever became of the order. */
  refunded(at: Date, note: string): void {
    this.record(at, 'refunded', note);
  }

  snapshot = (): OrderState => this.state;

  private isOneOf = (...statuses: OrderStatus[]): boolean => statuses.includes(this.state.status);

  private leave(at: Date): void {
    if (this.status === 'cancelling')
      this.record(at, 'cancellation-refused', 'Your order was already on its way.');
    this.record(at, 'dispatched');
  }

  private end(reason: CancellationReason, at: Date, note: string = WHY[reason]): void {
    this.state = { ...this.state, cancellationReason: reason };
    this.record(at, 'cancelled', note);
  }

  private record(at: Date, what: Milestone['what'], note?: string): void {
    const timeline = [...this.state.timeline, { at: at.toISOString(), what, ...(note && { note }) }];
    this.state = { ...this.state, timeline, status: statusOf(timeline) };
  }
}

/** Where the last of these milestones that moves an order left it. */
export function statusOf(timeline: readonly Milestone[]): OrderStatus {
  const moves = timeline.flatMap(({ what }): OrderStatus[] => {
    if (what === 'stock-reserved') return ['awaiting-payment'];
    return what === 'paid' || what === 'refunded' || what === 'cancellation-refused' ? [] : [what];
  });
  return moves.at(-1) ?? 'placed';
}

const WHY: Record<CancellationReason, string> = {
  'customer-request': 'You cancelled this order.',
  'stock-refused': 'Not everything that you ordered is in stock.',
  'payment-declined': 'Your payment was declined.',
  'checkout-expired': 'We could not confirm this order in time.',
  'parcel-lost': 'Your parcel was lost. What you paid goes back to you.',
};
