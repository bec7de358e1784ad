import { isDeepStrictEqual } from 'node:util';
import { CartIsFull, QuantityOutOfRange } from './cart-errors';

/** The most pieces of one product that one order may take. */
export const MOST_PIECES = 999;
/** The most different products that one order may take. */
export const MOST_PRODUCTS = 50;

export interface CartItem {
  readonly sku: string;
  readonly quantity: number;
}

/** What a customer is about to order, in the order in which it was put in. */
export class Cart {
  private constructor(private contents: readonly CartItem[]) {}

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (contents: readonly CartItem[]): Cart => new Cart(contents);

  /** Wants `quantity` pieces of a product, whatever was wanted of it before. */
  put(sku: string, quantity: number): void {
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_PIECES)
      throw new QuantityOutOfRange(MOST_PIECES);
    const wanted = this.contents.some((item) => item.sku === sku);
    if (!wanted && this.contents.length === MOST_PRODUCTS) throw new CartIsFull(MOST_PRODUCTS);
    this.contents = wanted
      ? this.contents.map((item) => (item.sku === sku ? { sku, quantity } : item))
      : [...this.contents, { sku, quantity }];
  }

  remove(sku: string): void {
    this.contents = this.contents.filter((item) => item.sku !== sku);
  }

  empty(): void {
    this.contents = [];
  }

  /** Whether it holds just this, in this order. */
  holds(items: readonly CartItem[]): boolean {
    return isDeepStrictEqual(
      this.contents,
      items.map(({ sku, quantity }) => ({ sku, quantity })),
    );
  }

  get items(): readonly CartItem[] {
    return this.contents;
  }
}
