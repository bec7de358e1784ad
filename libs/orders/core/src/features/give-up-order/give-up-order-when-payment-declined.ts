import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { PaymentDeclined } from '@shop/payments/contract';
import { GiveUpOrder } from './give-up-order';

@Policy(PaymentDeclined, 'give-up-unpaid-order')
export class GiveUpOrderWhenPaymentDeclined {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: PaymentDeclined): Promise<void> {
    await this.commands.execute(new GiveUpOrder(orderId, 'payment-declined'));
  }
}
