import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderCancelled } from '@shop/orders/contract';
import { ReleaseStock } from './release-stock';

@Policy(OrderCancelled, 'release-stock')
export class ReleaseStockWhenOrderCancelled {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId, dispatched }: OrderCancelled): Promise<void> {
    // Its goods are gone, even if nobody has told us of their dispatch yet.
    if (dispatched) return;
    await this.commands.execute(new ReleaseStock(orderId));
  }
}
