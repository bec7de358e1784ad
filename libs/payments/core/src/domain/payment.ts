import { createHash } from 'node:crypto';
import type { Money } from './money';
import { ForeignCurrency, PaymentNotFound, RefundTooLarge } from './payment-errors';
import type { DeclineReason, PaymentEvent, Recorded, RefundReason } from './payment-events';
import type { CaptureOutcome, ProviderTask } from './payment-provider';

/** `refunded`: all of it went back. */
export type PaymentStatus = 'pending' | 'captured' | 'declined' | 'refunded';

/** Money on its way back, or gone back. */
export interface Refund {
  readonly id: string;
  readonly amount: Money;
  readonly reason: RefundReason;
  readonly done: boolean;
}

/** A payment as everybody sees it. */
export interface PaymentState {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  /** What went back so far. */
  readonly refunded: Money;
  /** Why it was declined. */
  readonly reason?: DeclineReason;
  readonly requestedAt: Date;
}

/**
 * The id of an order's payment: made from the order's, so that however often and wherever an order's money is asked for,
 * it is one payment. Of version 7, with the order's time.
 */
export function paymentIdOf(orderId: string): string {
  const hex = createHash('sha256').update(`payment of ${orderId}`).digest('hex');
  return `${orderId.slice(0, 14)}7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}

export const captureKeyOf = (orderId: string): string => `capture:${orderId}`;

/** The money for an order: asked for, taken at most once, given back as far as it must. Folded from what happened to it. */
export class Payment {
  private asked?: Extract<Recorded, { type: 'payment-requested' }>;
  private cancelled = false;
  private outcome?: 'captured' | DeclineReason;
  private refunds: readonly Refund[] = [];
  private readonly news: Recorded[] = [];

  private constructor(readonly id: string) {}

  /** A payment as its events tell; one without any is nothing yet. */
  static of(id: string, events: readonly Recorded[]): Payment {
    const payment = new Payment(id);
    for (const event of events) payment.apply(event);
    return payment;
  }

  /** What happened since it was folded. */
  get changes(): readonly Recorded[] {
    return this.news;
  }

  /** Undefined while no money was ever asked for, as for a tombstone. */
  get state(): PaymentState | undefined {
    if (!this.asked) return undefined;
    const { orderId, customerId, amount, at } = this.asked;
    const refunded = sum(this.refunds.filter(({ done }) => done));
    const isRefunded = refunded > 0 && refunded === amount.amount;
    return {
      id: this.id,
      orderId,
      customerId,
      status: isRefunded ? 'refunded' : this.status,
      amount,
      refunded: { ...amount, amount: refunded },
      ...(this.status === 'declined' && { reason: this.outcome as DeclineReason }),
      requestedAt: at,
    };
  }

  /** What the provider is to do next; undefined when nothing is left to do. */
  get task(): ProviderTask | undefined {
    if (!this.asked) return undefined;
    const { orderId, amount, token } = this.asked;
    const captureKey = captureKeyOf(orderId);
    if (!this.outcome)
      return this.cancelled
        ? { do: 'void', key: captureKey }
        : { do: 'capture', key: captureKey, amount, token };
    const refund = this.refunds.find(({ done }) => !done);
    return refund && { do: 'refund', key: this.refundKeyOf(refund), captureKey, refund };
  }

  /** The refund of this id, if it was asked for. */
  refund = (refundId: string): Refund | undefined => this.refunds.find(({ id }) => id === refundId);

  /** The provider's business key of a refund. There is one cancellation, so that its key needs no id. */
  refundKeyOf({ id, reason }: Refund): string {
    return `refund:${this.id}:${reason === 'cancellation' ? reason : id}`;
  }

  /** Its money is due. Asked again it changes nothing; for an order that ended, nothing is taken. */
  askFor(due: { orderId: string; customerId: string; amount: Money; token: string }, at: Date): void {
    if (this.asked) return;
    this.record({ type: 'payment-requested', ...due }, at);
    if (this.cancelled) this.record({ type: 'declined', reason: 'order-cancelled' }, at);
  }

  /** Its order ended: what was not taken never is, and what was taken and did not go back yet goes back, as `refundId`. */
  cancel(order: { orderId: string; customerId: string }, refundId: string, at: Date): void {
    if (this.cancelled) return;
    this.record({ type: 'cancellation-noted', ...order }, at);
    this.refundRest(refundId, at);
  }

  /** The provider answered what became of its capture. `refundId` is for money that was taken after all. */
  learn(outcome: CaptureOutcome, refundId: string, at: Date): void {
    if (this.outcome || !this.asked) return;
    if (outcome === 'captured') {
      this.record({ type: 'captured' }, at);
      if (this.cancelled) this.refundRest(refundId, at);
    } else {
      const reason = outcome === 'voided' ? 'order-cancelled' : 'card-declined';
      this.record({ type: 'declined', reason }, at);
    }
  }

  /** The provider gave a refund back. */
  refundMade(refundId: string, at: Date): void {
    if (this.refund(refundId)?.done === false) this.record({ type: 'refunded', refundId }, at);
  }

  /** Staff give some of it back. @throws PaymentNotFound, ForeignCurrency, RefundTooLarge */
  giveBack({ refundId, amount, note }: { refundId: string; amount: Money; note?: string }, at: Date): void {
    if (!this.asked) throw new PaymentNotFound(this.id);
    const { currency } = this.asked.amount;
    if (amount.currency !== currency) throw new ForeignCurrency(amount.currency, currency);
    if (amount.amount > this.left) throw new RefundTooLarge({ amount: this.left, currency });
    this.record(
      { type: 'refund-requested', refundId, amount, reason: 'goodwill', ...(note && { note }) },
      at,
    );
  }

  private get status(): Exclude<PaymentStatus, 'refunded'> {
    if (!this.outcome) return 'pending';
    return this.outcome === 'captured' ? 'captured' : 'declined';
  }

  /** What was taken and is not about to go back. */
  private get left(): number {
    return this.outcome === 'captured' ? this.asked!.amount.amount - sum(this.refunds) : 0;
  }

  private refundRest(refundId: string, at: Date): void {
    if (this.left === 0) return;
    const amount = { ...this.asked!.amount, amount: this.left };
    this.record({ type: 'refund-requested', refundId, amount, reason: 'cancellation' }, at);
  }

  private record(event: PaymentEvent, at: Date): void {
    const recorded = { ...event, at };
    this.news.push(recorded);
    this.apply(recorded);
  }

  private apply(event: Recorded): void {
    switch (event.type) {
      case 'payment-requested':
        this.asked = event;
        break;
      case 'cancellation-noted':
        this.cancelled = true;
        break;
      case 'captured':
        this.outcome = 'captured';
        break;
      case 'declined':
        this.outcome = event.reason;
        break;
      case 'refund-requested': {
        const { refundId, amount, reason } = event;
        this.refunds = [...this.refunds, { id: refundId, amount, reason, done: false }];
        break;
      }
      case 'refunded':
        this.refunds = this.refunds.map((each) =>
          each.id === event.refundId ? { ...each, done: true } : each,
        );
        break;
    }
  }
}

const sum = (refunds: readonly Refund[]): number =>
  refunds.reduce((total, { amount }) => total + amount.amount, 0);
