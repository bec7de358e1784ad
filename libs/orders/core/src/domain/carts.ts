import type { Cart } from './cart';

/** The cart of every customer; whoever put nothing in has an empty one. */
export abstract class Carts {
  abstract of(customerId: string): Promise<Cart>;

  /** Changes a customer's cart; those who change the same one take turns. Returns what `change` returns. */
  abstract change<T>(customerId: string, change: (cart: Cart) => T | Promise<T>): Promise<T>;
}
