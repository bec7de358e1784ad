import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { AttemptDelivery } from './attempt-delivery';
import { DeliveryDue } from './delivery-due';

@Policy(DeliveryDue, 'attempt-delivery')
export class AttemptDeliveryWhenDue {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: DeliveryDue): Promise<void> {
    await this.commands.execute(new AttemptDelivery(orderId));
  }
}
