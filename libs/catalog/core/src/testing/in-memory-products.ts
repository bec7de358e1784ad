import { Product, type ProductState } from '../domain/product';
import { ProductNotFound, SkuTaken } from '../domain/product-errors';
import { Products } from '../domain/products';

export class InMemoryProducts extends Products {
  private readonly rows = new Map<string, ProductState>();

  async add(product: Product): Promise<void> {
    const row = product.snapshot();
    if (this.rows.has(row.sku)) throw new SkuTaken(row.sku);
    this.rows.set(row.sku, row);
  }

  async change(sku: string, change: (product: Product) => void | Promise<void>): Promise<void> {
    const row = this.rows.get(sku);
    if (!row) throw new ProductNotFound(sku);
    const product = Product.restore(row);
    await change(product);
    this.rows.set(sku, product.snapshot());
  }
}
