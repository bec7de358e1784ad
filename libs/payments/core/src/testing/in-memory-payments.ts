import { Payment } from '../domain/payment';
import { recordedOf, type StoredEvent, storedOf } from '../domain/payment-events';
import { Payments } from '../domain/payments';

export class InMemoryPayments extends Payments {
  /** As rows would have them. */
  readonly stored = new Map<string, readonly StoredEvent[]>();

  async find(paymentId: string): Promise<Payment> {
    return Payment.of(paymentId, (this.stored.get(paymentId) ?? []).map(recordedOf));
  }

  async change<T>(paymentId: string, change: (payment: Payment) => T | Promise<T>): Promise<T> {
    const payment = await this.find(paymentId);
    const result = await change(payment);
    const before = this.stored.get(paymentId) ?? [];
    this.stored.set(paymentId, [...before, ...payment.changes.map(storedOf)]);
    return result;
  }
}
