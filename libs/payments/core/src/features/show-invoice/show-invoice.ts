import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Invoices, type NumberedDocument } from '../../domain/invoices';
import { InvoiceNotFound } from '../../domain/payment-errors';

export class ShowInvoice extends Query<{ invoice: NumberedDocument; creditNotes: NumberedDocument[] }> {
  constructor(
    readonly orderId: string,
    /** Undefined for whoever may see anybody's. */
    readonly customerId: string | undefined,
  ) {
    super();
  }
}

/** The invoice for an order, with what went back of it. @throws InvoiceNotFound */
@QueryHandler(ShowInvoice)
export class ShowInvoiceHandler implements IQueryHandler<ShowInvoice> {
  constructor(private readonly invoices: Invoices) {}

  async execute({ orderId, customerId }: ShowInvoice) {
    const [invoice, ...creditNotes] = await this.invoices.of(orderId);
    if (!invoice || (customerId !== undefined && invoice.customerId !== customerId))
      throw new InvoiceNotFound(orderId);
    return { invoice, creditNotes };
  }
}
