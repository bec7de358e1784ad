import { Answers } from '@banyan/messaging';
import { Controller } from '@nestjs/common';
import { StockAvailability, type StockLevels } from '@shop/inventory/contract';
import { Stocks } from '../../domain/stocks';

/** Tells the other contexts what could be reserved now. A moment later it may be gone. */
@Controller()
export class AvailabilityTeller {
  constructor(private readonly stocks: Stocks) {}

  @Answers(StockAvailability)
  async tell({ skus }: StockAvailability): Promise<StockLevels> {
    const levels = await this.stocks.levels(skus);
    return {
      levels: skus.map((sku) => ({ sku, onHand: levels.find((level) => level.sku === sku)?.onHand ?? 0 })),
    };
  }
}
