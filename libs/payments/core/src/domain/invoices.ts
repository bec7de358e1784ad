import type { Money } from './money';
import type { RefundReason } from './payment-events';

/** Paper for the books: what was taken, or what went back. */
export interface Document {
  readonly kind: 'invoice' | 'credit-note';
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  /** Why money went back, on a credit note. */
  readonly reason?: RefundReason;
  /** The provider's business key of the act. */
  readonly providerKey: string;
  readonly issuedAt: Date;
}

export type NumberedDocument = Document & { readonly number: number };

/** Every invoice and credit note, in one sequence of numbers without gaps. */
export abstract class Invoices {
  /** Gives it the next number. Who issues another one waits for the end of this transaction. */
  abstract issue(document: Document): Promise<void>;

  /** What was issued for an order, in order of number. */
  abstract of(orderId: string): Promise<NumberedDocument[]>;
}
