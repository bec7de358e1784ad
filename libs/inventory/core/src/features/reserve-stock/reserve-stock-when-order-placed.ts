import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderPlaced } from '@shop/orders/contract';
import { ReserveStock } from './reserve-stock';

@Policy(OrderPlaced, 'reserve-stock')
export class ReserveStockWhenOrderPlaced {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId, lines }: OrderPlaced): Promise<void> {
    await this.commands.execute(new ReserveStock(orderId, lines));
  }
}
