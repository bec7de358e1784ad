import { Policy } from '@banyan/messaging';
import { ProductListed } from '@shop/catalog/contract';
import { Stocks } from '../../domain/stocks';

/** A new product has a stock from its first day, with nothing in it. */
@Policy(ProductListed, 'open-stock')
export class OpenStockWhenProductListed {
  constructor(private readonly stocks: Stocks) {}

  async handle({ sku }: ProductListed): Promise<void> {
    await this.stocks.open(sku);
  }
}
