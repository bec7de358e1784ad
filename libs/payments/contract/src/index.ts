import { contextContract, event, Money, Uuid } from '@banyan/contracts';
import type { EventOf } from '@banyan/contracts';
import { z } from 'zod';

const payment = { orderId: Uuid, paymentId: Uuid, customerId: Uuid };

/** The money for an order is ours. At most one per order, ever. */
export const PaymentCaptured = event(
  'payments.payment-captured.v1',
  { ...payment, amount: Money },
  { key: 'orderId' },
);
export type PaymentCaptured = EventOf<typeof PaymentCaptured>;

/**
 * The money for an order is not to be had, and nothing was taken. `reason` is one of card-declined, order-cancelled,
 * and may have further values later.
 */
export const PaymentDeclined = event(
  'payments.payment-declined.v1',
  { ...payment, reason: z.string() },
  { key: 'orderId' },
);
export type PaymentDeclined = EventOf<typeof PaymentDeclined>;

/**
 * Some or all of a captured payment went back. `reason` is one of cancellation, goodwill, and may have further values
 * later; `refunded` is all that went back so far, this refund included.
 */
export const PaymentRefunded = event(
  'payments.payment-refunded.v1',
  { ...payment, refundId: Uuid, amount: Money, refunded: Money, reason: z.string() },
  { key: 'orderId' },
);
export type PaymentRefunded = EventOf<typeof PaymentRefunded>;

/** What payments tells. It answers no requests. */
export const paymentsContract = contextContract('payments', {
  events: [PaymentCaptured, PaymentDeclined, PaymentRefunded],
});
