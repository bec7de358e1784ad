import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { PaymentRefunded } from '@shop/payments/contract';
import { paymentRefunded } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(PaymentRefunded, 'tell-payment-refunded')
export class TellCustomerWhenPaymentRefunded {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: PaymentRefunded, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, paymentRefunded(told)));
  }
}
