import { contextContract, event, Instant, Money, Quantity, sensitive, Sku, Uuid } from '@banyan/contracts';
import type { EventOf } from '@banyan/contracts';
import { z } from 'zod';

/** A line as it was agreed at placing; later changes of name or price do not touch it. */
const OrderLine = z.object({ sku: Sku, name: z.string(), quantity: Quantity, price: Money });

/** Where the goods go, as it was at placing. */
const Address = sensitive(
  z.object({
    name: z.string(),
    line1: z.string(),
    line2: z.string().optional(),
    city: z.string(),
    postalCode: z.string(),
    country: z.string(),
  }),
);

/** An order was accepted; its stock may now be reserved. */
export const OrderPlaced = event(
  'orders.order-placed.v1',
  { orderId: Uuid, customerId: Uuid, lines: z.array(OrderLine).min(1), total: Money },
  { key: 'orderId' },
);
export type OrderPlaced = EventOf<typeof OrderPlaced>;

/** Everything is set aside for an order; its money may now be captured. */
export const PaymentDue = event(
  'orders.payment-due.v1',
  { orderId: Uuid, customerId: Uuid, total: Money, paymentToken: sensitive(z.string()), placedAt: Instant },
  { key: 'orderId' },
);
export type PaymentDue = EventOf<typeof PaymentDue>;

/** Nothing is missing any more, and it is paid: the order may be shipped. */
export const OrderConfirmed = event(
  'orders.order-confirmed.v1',
  { orderId: Uuid, customerId: Uuid, lines: z.array(OrderLine).min(1), total: Money, address: Address },
  { key: 'orderId' },
);
export type OrderConfirmed = EventOf<typeof OrderConfirmed>;

/** A customer wants a confirmed order no longer. Whoever decides on its dispatch decides on this as well. */
export const CancellationRequested = event(
  'orders.cancellation-requested.v1',
  { orderId: Uuid, customerId: Uuid },
  { key: 'orderId' },
);
export type CancellationRequested = EventOf<typeof CancellationRequested>;

/**
 * An order ended without being fulfilled; whatever is held for it may go, and what was paid goes back.
 * `reason` is one of customer-request, stock-refused, payment-declined, checkout-expired, parcel-lost, and may have
 * further values later. `dispatched`: its goods had left the house, and will not come back. (Default: they had not)
 */
export const OrderCancelled = event(
  'orders.order-cancelled.v1',
  { orderId: Uuid, customerId: Uuid, reason: z.string(), dispatched: z.boolean().optional() },
  { key: 'orderId' },
);
export type OrderCancelled = EventOf<typeof OrderCancelled>;

/** An order was delivered and paid, and is closed. */
export const OrderCompleted = event(
  'orders.order-completed.v1',
  { orderId: Uuid, customerId: Uuid, total: Money },
  { key: 'orderId' },
);
export type OrderCompleted = EventOf<typeof OrderCompleted>;

/** What orders tells. It answers no requests. */
export const ordersContract = contextContract('orders', {
  events: [OrderPlaced, PaymentDue, OrderConfirmed, CancellationRequested, OrderCancelled, OrderCompleted],
});
