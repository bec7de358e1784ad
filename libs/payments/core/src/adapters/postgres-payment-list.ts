import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import type { PaymentState } from '../domain/payment';
import { PaymentList } from '../domain/payments';
import { PAYMENT_ROW, type PaymentRow, paymentStateOf } from './payment-rows';

/** Ids are uuids of version 7: their order is that of the orders. */
const PAGE = `
  SELECT ${PAYMENT_ROW} FROM payments
   WHERE ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR order_id = $2) AND ($3::uuid IS NULL OR id < $3)
   ORDER BY id DESC LIMIT $4`;

@Injectable()
export class PostgresPaymentList extends PaymentList {
  constructor(private readonly database: Database) {
    super();
  }

  async of({ customerId, orderId, limit, after }: Parameters<PaymentList['of']>[0]): Promise<PaymentState[]> {
    const rows = await this.database.query<PaymentRow>(PAGE, [
      customerId ?? null,
      orderId ?? null,
      after ?? null,
      limit,
    ]);
    return rows.map(paymentStateOf);
  }
}
