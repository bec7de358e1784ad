import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CancellationRequested } from '@shop/orders/contract';
import { DecideCancellation } from './decide-cancellation';

@Policy(CancellationRequested, 'decide-cancellation')
export class DecideCancellationWhenCancellationRequested {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: CancellationRequested): Promise<void> {
    await this.commands.execute(new DecideCancellation(orderId));
  }
}
