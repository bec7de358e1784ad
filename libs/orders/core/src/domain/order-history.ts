import type { CancellationReason, Milestone, Order, OrderLine, OrderStatus } from './order';
import type { Money } from './money';

/** An order as its customer sees it. */
export interface ShownOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

export type OrderStory = ShownOrder & { readonly timeline: readonly Milestone[] };

/** What its customer may see of an order: all but where the money comes from. */
export function storyOf(order: Order): OrderStory {
  const { id, status, cancellationReason, lines, total, timeline } = order.snapshot();
  return { id, status, cancellationReason, lines, total, timeline };
}

/** What customers have ordered, for reading only. */
export abstract class OrderHistory {
  /** A customer's orders, newest first, `limit` at most, going on after the order `after`. */
  abstract of(
    customerId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ShownOrder[]>;

  /** An order of this customer and what happened to it. @throws OrderNotFound, for another customer's as well */
  abstract story(customerId: string, orderId: string): Promise<OrderStory>;
}
