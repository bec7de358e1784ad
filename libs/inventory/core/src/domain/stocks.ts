import type { Stock, StockState } from './stock';

/** What is there of every product. */
export abstract class Stocks {
  /**
   * Changes the stock of some products in one act. Who changes the same product waits its turn;
   * products are taken in order of SKU, so that two who want the same never wait for each other.
   * Products without stock are absent from the map.
   */
  abstract change<T>(
    skus: readonly string[],
    change: (stocks: ReadonlyMap<string, Stock>) => T | Promise<T>,
  ): Promise<T>;

  /** Starts to keep stock of a product, with none of it. Does nothing when it is kept already. */
  abstract open(sku: string): Promise<void>;

  /** The stock of those products that have any. */
  abstract levels(skus: readonly string[]): Promise<StockState[]>;
}
