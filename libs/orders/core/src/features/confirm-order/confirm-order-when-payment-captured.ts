import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { PaymentCaptured } from '@shop/payments/contract';
import { ConfirmOrder } from './confirm-order';

@Policy(PaymentCaptured, 'confirm-paid-order')
export class ConfirmOrderWhenPaymentCaptured {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: PaymentCaptured): Promise<void> {
    await this.commands.execute(new ConfirmOrder(orderId));
  }
}
