import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { StockReserved } from '@shop/inventory/contract';
import { ConfirmOrder } from './confirm-order';

/** Payment will stand between the two; until there is one, stock is all that an order waits for. */
@Policy(StockReserved, 'confirm-order')
export class ConfirmOrderWhenStockReserved {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: StockReserved): Promise<void> {
    await this.commands.execute(new ConfirmOrder(orderId));
  }
}
