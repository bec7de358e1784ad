import { Stock, type StockState } from '../domain/stock';
import { Stocks } from '../domain/stocks';

export class InMemoryStocks extends Stocks {
  private readonly rows = new Map<string, StockState>();

  async change<T>(
    skus: readonly string[],
    change: (stocks: ReadonlyMap<string, Stock>) => T | Promise<T>,
  ): Promise<T> {
    const levels = await this.levels(skus);
    const stocks = new Map(levels.map((level) => [level.sku, Stock.restore(level)]));
    const result = await change(stocks);
    for (const [sku, stock] of stocks) this.rows.set(sku, stock.snapshot());
    return result;
  }

  async open(sku: string): Promise<void> {
    if (!this.rows.has(sku)) this.rows.set(sku, Stock.open(sku).snapshot());
  }

  async levels(skus: readonly string[]): Promise<StockState[]> {
    return [...new Set(skus)].sort().flatMap((sku) => this.rows.get(sku) ?? []);
  }
}
