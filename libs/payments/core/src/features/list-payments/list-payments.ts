import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PaymentState } from '../../domain/payment';
import { PaymentList } from '../../domain/payments';

export class ListPayments extends Query<PaymentState[]> {
  constructor(
    /** Undefined for everybody's. */
    readonly customerId: string | undefined,
    readonly page: { readonly orderId?: string; readonly limit: number; readonly after?: string },
  ) {
    super();
  }
}

/** Payments, the newest first. */
@QueryHandler(ListPayments)
export class ListPaymentsHandler implements IQueryHandler<ListPayments> {
  constructor(private readonly payments: PaymentList) {}

  execute({ customerId, page }: ListPayments): Promise<PaymentState[]> {
    return this.payments.of({ customerId, ...page });
  }
}
