import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Cart, type CartItem } from '../domain/cart';
import { Carts } from '../domain/carts';

/** Makes the row or waits for whoever holds it, so that also the first two changes of a cart take turns. */
const LOCK = statement(
  'cart-lock',
  `
  INSERT INTO carts (customer_id, items) VALUES ($1, '[]')
      ON CONFLICT (customer_id) DO UPDATE SET customer_id = excluded.customer_id
  RETURNING items`,
);

const SHOW = statement('cart-show', 'SELECT items FROM carts WHERE customer_id = $1');

const SAVE = statement('cart-save', 'UPDATE carts SET items = $2 WHERE customer_id = $1');

@Injectable()
export class PostgresCarts extends Carts {
  constructor(private readonly database: Database) {
    super();
  }

  async of(customerId: string): Promise<Cart> {
    const [row] = await this.database.query<CartRow>(SHOW, [customerId]);
    return Cart.restore(row?.items ?? []);
  }

  async change<T>(customerId: string, change: (cart: Cart) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<CartRow>(LOCK, [customerId]);
    const cart = Cart.restore(row!.items);
    const result = await change(cart);
    await this.database.query(SAVE, [customerId, JSON.stringify(cart.items)]);
    return result;
  }
}

interface CartRow {
  items: CartItem[];
}
