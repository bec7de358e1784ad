import {
  type CancellationReason,
  type Milestone,
  type Order,
  type OrderLine,
  type OrderState,
  type OrderStatus,
  statusOf,
} from './order';
import type { Money } from './money';

/** An order as its customer sees it in a list. */
export interface ShownOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  /** ISO instants. */
  readonly placedAt: string;
  readonly changedAt: string;
}

/** An order with all that happened to it. */
export type OrderStory = Omit<ShownOrder, 'placedAt' | 'changedAt'> & {
  readonly timeline: readonly Milestone[];
};

/** What its customer may see of an order: all but where the money comes from. */
export function storyOf(order: Order): OrderStory {
  const { id, status, cancellationReason, lines, total, timeline } = order.snapshot();
  return { id, status, cancellationReason, lines, total, timeline };
}

/** An order's row of the history, as its timeline tells it. */
export function historyOf({ id, lines, total, cancellationReason, timeline }: OrderState): ShownOrder {
  return {
    id,
    status: statusOf(timeline),
    cancellationReason,
    lines,
    total,
    placedAt: timeline[0]!.at,
    changedAt: timeline.at(-1)!.at,
  };
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
