import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { NumberedDocument } from '../../domain/invoices';
import { InvoiceBody } from '../payment-schemas';
import { ShowInvoice } from './show-invoice';

@Controller('invoices')
export class ShowInvoiceController {
  constructor(private readonly queries: QueryBus) {}

  /** A customer's own, and anybody's for staff. */
  @Get(':orderId')
  @Answer(200, InvoiceBody)
  @Refuses({ 404: ['payments.invoice-not-found'] })
  async show(@CurrentPerson() person: Person, @Param('orderId', { schema: Uuid }) orderId: string) {
    const whose = person.roles.includes('staff') ? undefined : person.id;
    const { invoice, creditNotes } = await this.queries.execute(new ShowInvoice(orderId, whose));
    return {
      ...shown(invoice),
      orderId,
      creditNotes: creditNotes.map((note) => ({ ...shown(note), reason: note.reason })),
    };
  }
}

const shown = ({ number, amount, issuedAt }: NumberedDocument) => ({
  number,
  issuedAt: issuedAt.toISOString(),
  amount,
});
