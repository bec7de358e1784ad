import { Order, type OrderState } from '../domain/order';
import { OrderNotFound } from '../domain/order-errors';
import { Orders } from '../domain/orders';

export class InMemoryOrders extends Orders {
  private readonly rows = new Map<string, OrderState>();

  async add(order: Order): Promise<void> {
    const row = order.snapshot();
    if (this.rows.has(row.id)) throw new Error(`Order ${row.id} was added before`);
    this.rows.set(row.id, row);
  }

  async change(orderId: string, change: (order: Order) => void | Promise<void>): Promise<void> {
    const order = Order.restore(this.get(orderId));
    await change(order);
    this.rows.set(orderId, order.snapshot());
  }

  get(orderId: string): OrderState {
    const row = this.rows.get(orderId);
    if (!row) throw new OrderNotFound(orderId);
    return row;
  }
}
