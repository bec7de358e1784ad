import { Order } from '../domain/order';
import type { MilestoneRow, OrderRow } from './orders-tables';

/** An order as it was saved. */
export function orderOf(
  { totalAmount, totalCurrency, cancellationReason, ...row }: OrderRow,
  timeline: MilestoneRow[],
): Order {
  return Order.restore({
    ...row,
    ...(cancellationReason && { cancellationReason }),
    total: { amount: totalAmount, currency: totalCurrency },
    timeline: timeline.map(({ at, what, note }) => ({ at: at.toISOString(), what, ...(note && { note }) })),
  });
}

/** An order as one row. */
export function rowOf(order: Order): OrderRow {
  const { total, lines, cancellationReason, timeline: _, ...state } = order.snapshot();
  return {
    ...state,
    cancellationReason: cancellationReason ?? null,
    lines: [...lines],
    totalAmount: total.amount,
    totalCurrency: total.currency,
  };
}

/** What happened to it, a row each, in order. */
export function milestoneRows(order: Order): MilestoneRow[] {
  const { id, timeline } = order.snapshot();
  return timeline.map(({ at, what, note }, position) => ({
    orderId: id,
    position,
    at: new Date(at),
    what,
    note: note ?? null,
  }));
}
