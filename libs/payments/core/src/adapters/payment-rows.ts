import { recordedOf, type StoredEvent } from '../domain/payment-events';
import { Payment, type PaymentState, type PaymentStatus } from '../domain/payment';
import type { DeclineReason } from '../domain/payment-events';

/** A row of `payments`. A bigint travels as text; amounts stay within what a number counts exactly. */
export interface PaymentRow {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: PaymentStatus;
  readonly reason: DeclineReason | null;
  readonly currency: string;
  readonly amount: string;
  readonly refunded: string;
  readonly requestedAt: Date;
}

export const PAYMENT_ROW = `id, order_id AS "orderId", customer_id AS "customerId", status, reason, currency, amount, refunded,
         requested_at AS "requestedAt"`;

export const SAVE_PAYMENT = `
  INSERT INTO payments (id, order_id, customer_id, status, reason, currency, amount, refunded, requested_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id, customer_id = excluded.customer_id,
         status = excluded.status, reason = excluded.reason, currency = excluded.currency, amount = excluded.amount,
         refunded = excluded.refunded, requested_at = excluded.requested_at`;

export function paymentStateOf({ currency, amount, refunded, reason, ...row }: PaymentRow): PaymentState {
  return {
    ...row,
    amount: { amount: Number(amount), currency },
    refunded: { amount: Number(refunded), currency },
    ...(reason && { reason }),
  };
}

/** The parameters of `SAVE_PAYMENT`. */
export const paymentValues = (state: PaymentState): unknown[] => [
  state.id,
  state.orderId,
  state.customerId,
  state.status,
  state.reason ?? null,
  state.amount.currency,
  state.amount.amount,
  state.refunded.amount,
  state.requestedAt,
];

/** A payment from its rows of `payment_events`, in order. */
export const paymentOf = (id: string, rows: readonly StoredEvent[]): Payment =>
  Payment.of(id, rows.map(recordedOf));
