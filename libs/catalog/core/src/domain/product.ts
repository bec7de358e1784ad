import { isDeepStrictEqual } from 'node:util';
import { ForeignCurrency, ProductIsRetired } from './product-errors';

/** The one currency of the shop. */
export const SHOP_CURRENCY = 'EUR';

/** An amount in minor units. */
export interface Price {
  readonly amount: number;
  readonly currency: string;
}

/** What a product says of itself. */
export interface ProductDetails {
  readonly name: string;
  readonly description: string;
  /** Its place in the shop, in kebab-case: `tea-ware`. */
  readonly category: string;
  readonly price: Price;
}

export interface ProductState extends ProductDetails {
  readonly sku: string;
  readonly retired: boolean;
}

/** Something the shop sells, or sold once. */
export class Product {
  private constructor(private state: ProductState) {}

  static list(product: ProductDetails & { readonly sku: string }): Product {
    assertShopCurrency(product.price);
    return new Product({ ...product, retired: false });
  }

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: ProductState): Product => new Product(state);

  /** Returns false when everything was as given before, so that nothing is announced. */
  change(changes: Partial<ProductDetails>): boolean {
    if (this.state.retired) throw new ProductIsRetired(this.state.sku);
    if (changes.price) assertShopCurrency(changes.price);
    const changed = { ...this.state, ...changes };
    if (isDeepStrictEqual(changed, this.state)) return false;
    this.state = changed;
    return true;
  }

  /** Returns false when it was retired before. */
  retire(): boolean {
    if (this.state.retired) return false;
    this.state = { ...this.state, retired: true };
    return true;
  }

  snapshot = (): ProductState => this.state;
}

function assertShopCurrency(price: Price): void {
  if (price.currency !== SHOP_CURRENCY) throw new ForeignCurrency(price.currency, SHOP_CURRENCY);
}
