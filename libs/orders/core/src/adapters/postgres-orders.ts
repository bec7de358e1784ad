import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import type { Order } from '../domain/order';
import { OrderNotFound } from '../domain/order-errors';
import { Orders } from '../domain/orders';
import { orderOf, type OrderRow } from './order-table';

const ADD = statement(
  'order-add',
  `
  INSERT INTO orders (id, customer_id, status, lines, total_amount, total_currency, address_id, payment_token, timeline)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

const LOCK = statement(
  'order-lock',
  `
  SELECT id, customer_id AS "customerId", status, cancellation_reason AS "cancellationReason", lines,
         total_amount AS "totalAmount", total_currency AS "totalCurrency", address_id AS "addressId",
         payment_token AS "paymentToken", timeline
    FROM orders WHERE id = $1 FOR UPDATE`,
);

const SAVE = statement(
  'order-save',
  'UPDATE orders SET status = $2, cancellation_reason = $3, timeline = $4 WHERE id = $1',
);

/** In plain SQL: every order passes here several times, and mapping would cost more than the statements do. */
@Injectable()
export class PostgresOrders extends Orders {
  constructor(private readonly database: Database) {
    super();
  }

  async add(order: Order): Promise<void> {
    const { id, customerId, status, lines, total, addressId, paymentToken, timeline } = order.snapshot();
    await this.database.query(ADD, [
      id,
      customerId,
      status,
      JSON.stringify(lines),
      total.amount,
      total.currency,
      addressId,
      paymentToken,
      JSON.stringify(timeline),
    ]);
  }

  async change(orderId: string, change: (order: Order) => void | Promise<void>): Promise<void> {
    const [row] = await this.database.query<OrderRow>(LOCK, [orderId]);
    if (!row) throw new OrderNotFound(orderId);
    const order = orderOf(row);
    const before = order.snapshot();
    await change(order);
    const { status, cancellationReason, timeline } = order.snapshot();
    if (timeline.length === before.timeline.length) return;
    await this.database.query(SAVE, [orderId, status, cancellationReason ?? null, JSON.stringify(timeline)]);
  }
}
