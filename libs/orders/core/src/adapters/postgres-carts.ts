import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Cart } from '../domain/cart';
import { Carts } from '../domain/carts';
import { type CartRow, CartTable } from './orders-tables';

/** Makes the row or waits for whoever holds it, so that also the first two changes of a cart take turns. */
const LOCK = `
  INSERT INTO carts (customer_id, items) VALUES ($1, '[]')
      ON CONFLICT (customer_id) DO UPDATE SET customer_id = excluded.customer_id
  RETURNING items`;

@Injectable()
export class PostgresCarts extends Carts {
  constructor(private readonly database: Database) {
    super();
  }

  async of(customerId: string): Promise<Cart> {
    const row = await this.database.manager.findOneBy(CartTable, { customerId });
    return Cart.restore(row?.items ?? []);
  }

  async change<T>(customerId: string, change: (cart: Cart) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<Pick<CartRow, 'items'>>(LOCK, [customerId]);
    const cart = Cart.restore(row!.items);
    const result = await change(cart);
    await this.database.manager.update(CartTable, { customerId }, { items: [...cart.items] });
    return result;
  }
}
