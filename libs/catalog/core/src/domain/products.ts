import type { Product } from './product';

/** Every product ever listed. */
export abstract class Products {
  /** @throws SkuTaken */
  abstract add(product: Product): Promise<void>;

  /** Changes one product; those who change the same one take turns. @throws ProductNotFound */
  abstract change(sku: string, change: (product: Product) => void | Promise<void>): Promise<void>;
}
