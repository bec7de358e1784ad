import { StockLevelChanged } from '@shop/inventory/contract';
import type { Stock } from '../domain/stock';

/** What is announced whenever the stock of a product moved. */
export function stockLevelChanged(stock: Stock) {
  const { sku, onHand, reserved, shipped } = stock.snapshot();
  return StockLevelChanged({ sku, onHand, reserved, shipped });
}
