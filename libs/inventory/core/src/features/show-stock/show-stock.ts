import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { StockNotFound } from '../../domain/inventory-errors';
import type { StockState } from '../../domain/stock';
import { Stocks } from '../../domain/stocks';

export class ShowStock extends Query<StockState> {
  constructor(readonly sku: string) {
    super();
  }
}

/** What is there of a product. @throws StockNotFound */
@QueryHandler(ShowStock)
export class ShowStockHandler implements IQueryHandler<ShowStock> {
  constructor(private readonly stocks: Stocks) {}

  async execute({ sku }: ShowStock): Promise<StockState> {
    const [stock] = await this.stocks.levels([sku]);
    if (!stock) throw new StockNotFound(sku);
    return stock;
  }
}
