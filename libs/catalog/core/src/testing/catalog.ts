import { inMemorySeam } from '@banyan/testing';
import type { ProductDetails } from '../domain/product';
import { ChangeProduct, ChangeProductHandler } from '../features/change-product/change-product';
import { ListProduct, ListProductHandler } from '../features/list-product/list-product';
import { RetireProduct, RetireProductHandler } from '../features/retire-product/retire-product';
import { aProduct } from './a-product';
import { InMemoryProducts } from './in-memory-products';

/** The rules of the catalog, without a database. */
export function catalog() {
  const { events, transaction } = inMemorySeam();
  const products = new InMemoryProducts();
  return {
    published: events.published,
    list: (product = aProduct()) =>
      new ListProductHandler(products, events, transaction).execute(new ListProduct(product)),
    change: (sku: string, changes: Partial<ProductDetails>) =>
      new ChangeProductHandler(products, events, transaction).execute(new ChangeProduct(sku, changes)),
    retire: (sku: string) =>
      new RetireProductHandler(products, events, transaction).execute(new RetireProduct(sku)),
  };
}
