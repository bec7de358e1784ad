import type { CancellationReason, Milestone, OrderLine, OrderStatus } from './order';
import type { Money } from './money';

/** An order as its customer sees it. */
export interface ShownOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  /** An ISO instant. */
  readonly placedAt: string;
}

/** What a customer has ordered, for reading only. */
export abstract class OrderHistory {
  /** Newest first, `limit` at most, going on after the order `after`. */
  abstract of(
    customerId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ShownOrder[]>;

  /** One order of this customer, with what happened to it. @throws OrderNotFound, also for another customer's */
  abstract order(
    customerId: string,
    orderId: string,
  ): Promise<ShownOrder & { readonly timeline: readonly Milestone[] }>;
}
