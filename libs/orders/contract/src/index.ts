import { contextContract, event, Money, Quantity, Sku, Uuid } from '@banyan/contracts';
import type { EventOf } from '@banyan/contracts';
import { z } from 'zod';

/** A line as it was agreed at placing; later changes of name or price do not touch it. */
const OrderLine = z.object({ sku: Sku, name: z.string(), quantity: Quantity, price: Money });

/** An order was accepted; its stock may now be reserved. */
export const OrderPlaced = event(
  'orders.order-placed.v1',
  { orderId: Uuid, customerId: Uuid, lines: z.array(OrderLine).min(1), total: Money },
  { key: 'orderId' },
);
export type OrderPlaced = EventOf<typeof OrderPlaced>;

/** Nothing is missing any more: the order will be fulfilled. */
export const OrderConfirmed = event(
  'orders.order-confirmed.v1',
  { orderId: Uuid, customerId: Uuid, lines: z.array(OrderLine).min(1), total: Money },
  { key: 'orderId' },
);
export type OrderConfirmed = EventOf<typeof OrderConfirmed>;

/**
 * An order ended without being fulfilled; whatever is held for it may go.
 * `reason` is one of customer-request, stock-refused, checkout-expired, and may have further values later.
 */
export const OrderCancelled = event(
  'orders.order-cancelled.v1',
  { orderId: Uuid, customerId: Uuid, reason: z.string() },
  { key: 'orderId' },
);
export type OrderCancelled = EventOf<typeof OrderCancelled>;

/** What orders tells. It answers no requests. */
export const ordersContract = contextContract('orders', {
  events: [OrderPlaced, OrderConfirmed, OrderCancelled],
});
