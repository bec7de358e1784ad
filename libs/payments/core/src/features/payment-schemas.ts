import { Currency, Money, pageOf, PageQuery, text, Uuid } from '@banyan/http';
import { z } from 'zod';

const instant = z.iso.datetime();

/** A payment, as its customer and staff see it. */
export const PaymentBody = z
  .object({
    id: Uuid,
    orderId: Uuid,
    status: z.enum(['pending', 'captured', 'declined', 'refunded']),
    amount: Money,
    refunded: Money.describe('What went back so far'),
    reason: z.string().optional().describe('Why it was declined: card-declined or order-cancelled'),
  })
  .meta({ id: 'Payment' });

export const PaymentPage = pageOf(PaymentBody);

export const PaymentsQuery = PageQuery.extend({ orderId: Uuid.optional() });

/** What staff write to give money back. */
export const NewRefund = z
  .strictObject({
    amount: z.strictObject({ amount: z.int().min(1), currency: Currency }).meta({ id: 'RefundAmount' }),
    reason: text(500).optional(),
  })
  .meta({ id: 'NewRefund' });

export const RefundBody = z
  .object({ id: Uuid, paymentId: Uuid, amount: Money, status: z.literal('requested') })
  .meta({ id: 'Refund' });

const number = z.int().min(1).describe('Invoices and credit notes are numbered together, without gaps');

/** What was taken for an order, and what of it went back. */
export const InvoiceBody = z
  .object({
    number,
    orderId: Uuid,
    issuedAt: instant,
    amount: Money,
    creditNotes: z.array(
      z.object({ number, issuedAt: instant, amount: Money, reason: z.string() }).meta({ id: 'CreditNote' }),
    ),
  })
  .meta({ id: 'Invoice' });

/** A difference between our books and the provider's. */
export const DiscrepancyBody = z
  .object({
    id: Uuid,
    kind: z.enum(['unknown-here', 'unknown-there', 'amount-differs', 'made-twice']),
    key: z.string().describe('The business key at the provider'),
    ours: Money.optional(),
    theirs: Money.optional(),
    foundAt: instant,
    settledAt: instant.optional().describe('When both books agreed again'),
  })
  .meta({ id: 'Discrepancy' });

export const DiscrepancyPage = pageOf(DiscrepancyBody);
