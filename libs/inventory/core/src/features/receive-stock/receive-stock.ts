import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '../../domain/receipts';
import { Receipts } from '../../domain/receipts';
import type { StockState } from '../../domain/stock';
import { Stocks } from '../../domain/stocks';
import { stockLevelChanged } from '../stock-level-changed';

export class ReceiveStock extends Command<StockState> {
  constructor(readonly receipt: Receipt) {
    super();
  }
}

/** Takes in what was delivered, and returns what there is now. */
@CommandHandler(ReceiveStock)
export class ReceiveStockHandler implements ICommandHandler<ReceiveStock> {
  constructor(
    private readonly stocks: Stocks,
    private readonly receipts: Receipts,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ receipt }: ReceiveStock): Promise<StockState> {
    const { sku, quantity } = receipt;
    return this.transaction.run(async () => {
      await this.stocks.open(sku);
      return this.stocks.change([sku], async (stocks) => {
        const stock = stocks.get(sku)!;
        stock.receive(quantity);
        await this.receipts.add(receipt);
        await this.events.publish(stockLevelChanged(stock));
        return stock.snapshot();
      });
    });
  }
}
