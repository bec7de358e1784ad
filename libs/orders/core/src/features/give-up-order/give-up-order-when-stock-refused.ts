import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { StockRefused } from '@shop/inventory/contract';
import { GiveUpOrder } from './give-up-order';

@Policy(StockRefused, 'give-up-refused-order')
export class GiveUpOrderWhenStockRefused {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId, shortages }: StockRefused): Promise<void> {
    const short = shortages.map(({ sku, wanted, onHand }) => `${sku} (${onHand} of ${wanted})`);
    await this.commands.execute(
      new GiveUpOrder(orderId, 'stock-refused', `Not in stock: ${short.join(', ')}`),
    );
  }
}
