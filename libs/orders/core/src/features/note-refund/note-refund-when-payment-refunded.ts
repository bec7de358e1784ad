import { Policy } from '@banyan/messaging';
import { PaymentRefunded } from '@shop/payments/contract';
import { words } from '../../domain/money';
import { Orders } from '../../domain/orders';

/** Its customer reads in the order's timeline that money came back. */
@Policy(PaymentRefunded, 'note-refund')
export class NoteRefundWhenPaymentRefunded {
  constructor(private readonly orders: Orders) {}

  async handle({ orderId, amount }: PaymentRefunded): Promise<void> {
    await this.orders.change(orderId, (order) =>
      order.refunded(new Date(), `${words(amount)} went back to you.`),
    );
  }
}
