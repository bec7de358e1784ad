import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CheckoutExpired } from '../checkout-deadline/checkout-expired';
import { GiveUpOrder } from './give-up-order';

@Policy(CheckoutExpired, 'give-up-expired-order')
export class GiveUpOrderWhenCheckoutExpired {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: CheckoutExpired): Promise<void> {
    await this.commands.execute(new GiveUpOrder(orderId, 'checkout-expired'));
  }
}
