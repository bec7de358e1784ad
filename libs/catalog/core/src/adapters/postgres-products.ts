import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Product } from '../domain/product';
import { ProductNotFound, SkuTaken } from '../domain/product-errors';
import { Products } from '../domain/products';
import { type ProductRow, ProductTable } from './product-table';

@Injectable()
export class PostgresProducts extends Products {
  constructor(private readonly database: Database) {
    super();
  }

  async add(product: Product): Promise<void> {
    const row = rowOf(product);
    const { raw } = await this.database.manager
      .createQueryBuilder()
      .insert()
      .into(ProductTable)
      .values(row)
      .orIgnore()
      .returning('sku')
      .execute();
    if (raw.length === 0) throw new SkuTaken(row.sku);
  }

  async change(sku: string, change: (product: Product) => void | Promise<void>): Promise<void> {
    const row = await this.database.manager.findOne(ProductTable, {
      where: { sku },
      lock: { mode: 'pessimistic_write' },
    });
    if (!row) throw new ProductNotFound(sku);
    const product = productOf(row);
    await change(product);
    await this.database.manager.update(ProductTable, { sku }, rowOf(product));
  }
}

const productOf = ({ priceAmount, priceCurrency, ...row }: ProductRow): Product =>
  Product.restore({ ...row, price: { amount: priceAmount, currency: priceCurrency } });

function rowOf(product: Product): ProductRow {
  const { price, ...state } = product.snapshot();
  return { ...state, priceAmount: price.amount, priceCurrency: price.currency };
}
