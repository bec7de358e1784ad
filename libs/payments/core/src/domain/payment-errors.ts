import { DomainError } from '@banyan/contracts';
import type { Money } from './money';

/** Also for the payment of another person, which is nobody else's to know of. */
export class PaymentNotFound extends DomainError {
  readonly code = 'payments.payment-not-found';
  readonly kind = 'not-found';
  constructor(readonly paymentId: string) {
    super(`There is no payment ${paymentId}`);
  }
}

/** Also for an order that is not paid, or another person's. */
export class InvoiceNotFound extends DomainError {
  readonly code = 'payments.invoice-not-found';
  readonly kind = 'not-found';
  constructor(readonly orderId: string) {
    super(`There is no invoice for order ${orderId}`);
  }
}

/** More would go back than is left of what was captured. */
export class RefundTooLarge extends DomainError {
  readonly code = 'payments.refund-too-large';
  readonly kind = 'conflict';
  constructor(readonly left: Money) {
    super(`At most ${left.amount} ${left.currency} in minor units can still be refunded`);
  }

  override get details() {
    return { left: this.left };
  }
}

export class ForeignCurrency extends DomainError {
  readonly code = 'payments.foreign-currency';
  readonly kind = 'invalid';
  constructor(
    readonly given: string,
    readonly currency: string,
  ) {
    super(`This was paid in ${currency}, not in ${given}`);
  }

  override get details() {
    return { errors: [{ field: 'amount.currency', message: this.message }] };
  }
}

/** Two changed a payment at the same time, and this one was later. Nothing of it happened; it can be tried again. */
export class PaymentChangedMeanwhile extends DomainError {
  readonly code = 'payments.payment-changed-meanwhile';
  readonly kind = 'conflict';
  constructor(readonly paymentId: string) {
    super(`Payment ${paymentId} was changed by somebody else in this moment; try again`);
  }
}
