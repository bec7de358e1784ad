import type { Price } from './product';

/** A product as customers see it. */
export interface ShownProduct {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly price: Price;
}

/** Where a list goes on: after this product. Plain JSON. */
export interface Place {
  /** How it was found: in order, by its words, or by words like them where those find nothing. */
  readonly by: 'name' | 'words' | 'likeness';
  /** Its name, or its rank as text. */
  readonly at: string;
  readonly sku: string;
}

export type FoundProduct = ShownProduct & { readonly place: Place };

/** The products on sale, for reading only. */
export abstract class Showcase {
  /** Products in order of name, or, with `words`, the best fitting first; what is misspelt is found by likeness. */
  abstract browse(search: {
    readonly words?: string;
    readonly category?: string;
    readonly limit: number;
    readonly after?: Place;
  }): Promise<FoundProduct[]>;

  /** Those of `skus` that are on sale, in no particular order. */
  abstract find(skus: readonly string[]): Promise<ShownProduct[]>;

  /** The categories that have something on sale, in order of name. */
  abstract categories(): Promise<{ category: string; products: number }[]>;
}
