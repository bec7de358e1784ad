import { Cart, type CartItem } from '../domain/cart';
import { Carts } from '../domain/carts';

export class InMemoryCarts extends Carts {
  private readonly rows = new Map<string, readonly CartItem[]>();

  async of(customerId: string): Promise<Cart> {
    return Cart.restore(this.rows.get(customerId) ?? []);
  }

  async change<T>(customerId: string, change: (cart: Cart) => T | Promise<T>): Promise<T> {
    const cart = await this.of(customerId);
    const result = await change(cart);
    this.rows.set(customerId, cart.items);
    return result;
  }
}
