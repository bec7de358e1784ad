import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderCancelled } from '@shop/orders/contract';
import { DecideCancellation } from './decide-cancellation';

/** An order that ended for whatever reason must not be shipped, should it still be about to be. */
@Policy(OrderCancelled, 'keep-goods')
export class KeepGoodsWhenOrderCancelled {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId, dispatched }: OrderCancelled): Promise<void> {
    if (!dispatched) await this.commands.execute(new DecideCancellation(orderId));
  }
}
