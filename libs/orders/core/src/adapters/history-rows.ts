import { historyOf, type ShownOrder } from '../domain/order-history';
import type { CancellationReason, OrderLine, OrderState, OrderStatus } from '../domain/order';

/** A row of `order_history`. */
export interface HistoryRow {
  id: string;
  customerId: string;
  status: OrderStatus;
  cancellationReason: CancellationReason | null;
  lines: OrderLine[];
  /** A bigint travels as text. */
  totalAmount: string;
  totalCurrency: string;
  placedAt: Date;
  changedAt: Date;
}

/** What the history holds of an order, in the order of `HISTORY_COLUMNS`. */
export function historyValues(order: OrderState): unknown[] {
  const { id, status, cancellationReason, lines, total, placedAt, changedAt } = historyOf(order);
  return [
    id,
    order.customerId,
    status,
    cancellationReason ?? null,
    JSON.stringify(lines),
    total.amount,
    total.currency,
    placedAt,
    changedAt,
  ];
}

export const HISTORY_COLUMNS =
  'id, customer_id, status, cancellation_reason, lines, total_amount, total_currency, placed_at, changed_at';

export function shownOrderOf(row: HistoryRow): ShownOrder {
  const { id, status, cancellationReason, lines, totalAmount, totalCurrency, placedAt, changedAt } = row;
  return {
    id,
    status,
    ...(cancellationReason && { cancellationReason }),
    lines,
    total: { amount: Number(totalAmount), currency: totalCurrency },
    placedAt: placedAt.toISOString(),
    changedAt: changedAt.toISOString(),
  };
}
