import type { Payment, PaymentState } from './payment';

/** Every payment, as what happened to it. */
export abstract class Payments {
  /** The payment of this id, or one that is nothing yet. */
  abstract find(paymentId: string): Promise<Payment>;

  /**
   * Changes one payment; those who change the same one take turns. Keeps what happened, and the list beside it.
   * @throws PaymentChangedMeanwhile when somebody got past the turns
   */
  abstract change<T>(paymentId: string, change: (payment: Payment) => T | Promise<T>): Promise<T>;
}

/** Payments for reading: one row each, made from what happened. */
export abstract class PaymentList {
  /** The newest first, `limit` at most, going on after `after`; of one customer or order only, where that is said. */
  abstract of(page: {
    readonly customerId?: string;
    readonly orderId?: string;
    readonly limit: number;
    readonly after?: string;
  }): Promise<PaymentState[]>;
}
