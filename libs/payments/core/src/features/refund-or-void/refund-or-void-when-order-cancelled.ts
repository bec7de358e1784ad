import { Policy } from '@banyan/messaging';
import { OrderCancelled } from '@shop/orders/contract';
import { v7 as uuidv7 } from 'uuid';
import { paymentIdOf } from '../../domain/payment';
import { PaymentProcess } from '../payment-process';

/** Heard before the order's payment was due, it leaves a tombstone that no capture gets past. */
@Policy(OrderCancelled, 'refund-or-void')
export class RefundOrVoidWhenOrderCancelled {
  constructor(private readonly process: PaymentProcess) {}

  async handle({ orderId, customerId }: OrderCancelled): Promise<void> {
    await this.process.change(paymentIdOf(orderId), (payment) =>
      payment.cancel({ orderId, customerId }, uuidv7(), new Date()),
    );
  }
}
