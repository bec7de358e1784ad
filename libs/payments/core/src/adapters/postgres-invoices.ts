import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { type Document, Invoices, type NumberedDocument } from '../domain/invoices';

/** The counter stays locked until the end of the transaction: whatever is rolled back never had a number. */
const ISSUE = statement(
  'invoice-issue',
  `
  WITH next AS (UPDATE invoice_numbers SET last = last + 1 RETURNING last)
  INSERT INTO invoices (number, kind, payment_id, order_id, customer_id, currency, amount, reason, provider_key, issued_at)
  SELECT last, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM next`,
);

const OF = `
  SELECT number, kind, payment_id AS "paymentId", order_id AS "orderId", customer_id AS "customerId", currency, amount,
         reason, provider_key AS "providerKey", issued_at AS "issuedAt"
    FROM invoices WHERE order_id = $1 ORDER BY number`;

@Injectable()
export class PostgresInvoices extends Invoices {
  constructor(private readonly database: Database) {
    super();
  }

  async issue(document: Document): Promise<void> {
    const { kind, paymentId, orderId, customerId, amount, reason, providerKey, issuedAt } = document;
    await this.database.query(ISSUE, [
      kind,
      paymentId,
      orderId,
      customerId,
      amount.currency,
      amount.amount,
      reason ?? null,
      providerKey,
      issuedAt,
    ]);
  }

  async of(orderId: string): Promise<NumberedDocument[]> {
    const rows = await this.database.query<InvoiceRow>(OF, [orderId]);
    return rows.map(({ number, currency, amount, reason, ...row }) => ({
      ...row,
      number: Number(number),
      amount: { amount: Number(amount), currency },
      ...(reason && { reason }),
    }));
  }
}

type InvoiceRow = Omit<NumberedDocument, 'number' | 'amount' | 'reason'> & {
  readonly number: string;
  readonly currency: string;
  readonly amount: string;
  readonly reason: Document['reason'] | null;
};
