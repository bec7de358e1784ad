import { OrderCancelled } from '@shop/orders/contract';
import type { Order } from '../domain/order';

/** What is announced when an order ended unfulfilled, whoever ended it. */
export function orderCancelled(order: Order) {
  const { id, customerId, cancellationReason } = order.snapshot();
  const gone = cancellationReason === 'parcel-lost';
  return OrderCancelled({
    orderId: id,
    customerId,
    reason: cancellationReason!,
    ...(gone && { dispatched: true }),
  });
}
