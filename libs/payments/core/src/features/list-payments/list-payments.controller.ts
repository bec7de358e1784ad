import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, decodeCursor, page, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { PaymentPage, PaymentsQuery } from '../payment-schemas';
import { ListPayments } from './list-payments';

@Controller('payments')
export class ListPaymentsController {
  constructor(private readonly queries: QueryBus) {}

  /** A customer's own, and anybody's for staff. */
  @Get()
  @Answer(200, PaymentPage)
  async list(
    @CurrentPerson() person: Person,
    @Query({ schema: PaymentsQuery }) { orderId, limit, cursor }: z.output<typeof PaymentsQuery>,
  ) {
    const whose = person.roles.includes('staff') ? undefined : person.id;
    const after = decodeCursor(Uuid, cursor);
    const payments = await this.queries.execute(
      new ListPayments(whose, { orderId, limit: limit + 1, after }),
    );
    const shown = payments.map(({ customerId: _, requestedAt: __, ...payment }) => payment);
    return page(shown, limit, ({ id }) => id);
  }
}
