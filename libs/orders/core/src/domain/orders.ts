import type { Order } from './order';

/** Every order ever placed. */
export abstract class Orders {
  abstract add(order: Order): Promise<void>;

  /** Changes one order; those who change the same one take turns. @throws OrderNotFound */
  abstract change(orderId: string, change: (order: Order) => void | Promise<void>): Promise<void>;
}
