import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import type { Order } from '../domain/order';
import { OrderNotFound } from '../domain/order-errors';
import { historyOf } from '../domain/order-history';
import { Orders } from '../domain/orders';
import { guardRemoved } from '../failpoints';
import { HISTORY_COLUMNS, historyValues } from './history-rows';
import { orderOf, type OrderRow } from './order-table';

const ADD = statement(
  'order-add',
  `
  WITH added AS (
    INSERT INTO orders
           (id, customer_id, status, lines, total_amount, total_currency, address, address_id, payment_token, timeline)
    VALUES ($1, $2, $3, $5, $6, $7, $10, $11, $12, $13))
  INSERT INTO order_history (${HISTORY_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

const READ = `
  SELECT id, customer_id AS "customerId", status, cancellation_reason AS "cancellationReason", lines,
         total_amount AS "totalAmount", total_currency AS "totalCurrency", address, address_id AS "addressId",
         payment_token AS "paymentToken", timeline
    FROM orders WHERE id = $1`;

const LOCK = statement('order-lock', `${READ} FOR UPDATE`);

const SAVE = statement(
  'order-save',
  `
  WITH saved AS (UPDATE orders SET status = $2, cancellation_reason = $3, timeline = $4 WHERE id = $1)
  UPDATE order_history SET status = $5, cancellation_reason = $3, changed_at = $6 WHERE id = $1`,
);

/**
 * In plain SQL: every order passes here several times, and mapping would cost more than the statements do. Each statement
 * brings the history along, so that who has just ordered finds the order there.
 */
@Injectable()
export class PostgresOrders extends Orders {
  constructor(private readonly database: Database) {
    super();
  }

  async add(order: Order): Promise<void> {
    const state = order.snapshot();
    await this.database.query(ADD, [
      ...historyValues(state),
      JSON.stringify(state.address),
      state.addressId,
      state.paymentToken,
      JSON.stringify(state.timeline),
    ]);
  }

  async change(orderId: string, change: (order: Order) => void | Promise<void>): Promise<void> {
    const reading = guardRemoved('orders.row-lock') ? READ : LOCK;
    const [row] = await this.database.query<OrderRow>(reading, [orderId]);
    if (!row) throw new OrderNotFound(orderId);
    const order = orderOf(row);
    const before = order.snapshot();
    await change(order);
    const after = order.snapshot();
    if (after.timeline.length === before.timeline.length) return;
    const history = historyOf(after);
    await this.database.query(SAVE, [
      orderId,
      after.status,
      after.cancellationReason ?? null,
      JSON.stringify(after.timeline),
      history.status,
      history.changedAt,
    ]);
  }
}
