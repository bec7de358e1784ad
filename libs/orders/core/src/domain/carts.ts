import type { Cart } from './cart';

/** The cart of every customer; whoever put nothing in has an empty one. */
export abstract class Carts {
  abstract of(customerId: string): Promise<Cart>;

  /** Changes a customer's cart; those who change the same one take turns. */
  abstract change(customerId: string, change: (cart: Cart) => void | Promise<void>): Promise<void>;
}
