import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CompleteOrder } from './complete-order';
import { CompletionDue } from './completion-due';

@Policy(CompletionDue, 'complete-order')
export class CompleteOrderWhenCompletionDue {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: CompletionDue): Promise<void> {
    await this.commands.execute(new CompleteOrder(orderId));
  }
}
