import { Policy } from '@banyan/messaging';
import { PaymentDue } from '@shop/orders/contract';
import { paymentIdOf } from '../../domain/payment';
import { PaymentProcess } from '../payment-process';

/** Only notes it, and leaves the call to a timer: what else happens to the order must not wait for a slow provider. */
@Policy(PaymentDue, 'request-payment')
export class RequestPaymentWhenPaymentDue {
  constructor(private readonly process: PaymentProcess) {}

  async handle({ orderId, customerId, total, paymentToken }: PaymentDue): Promise<void> {
    const due = { orderId, customerId, amount: total, token: paymentToken };
    await this.process.change(paymentIdOf(orderId), (payment) => payment.askFor(due, new Date()));
  }
}
