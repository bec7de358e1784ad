import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { OrderNotFound } from '../domain/order-errors';
import { OrderHistory, type OrderStory, type ShownOrder, storyOf } from '../domain/order-history';
import { type HistoryRow, shownOrderOf } from './history-rows';
import { orderOf, OrderTable } from './order-table';

/** Ids are uuids of version 7: their order is that of placing. */
const PAGE = `
  SELECT id, status, cancellation_reason AS "cancellationReason", lines, total_amount AS "totalAmount",
         total_currency AS "totalCurrency", placed_at AS "placedAt", changed_at AS "changedAt"
    FROM order_history
   WHERE customer_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

@Injectable()
export class PostgresOrderHistory extends OrderHistory {
  constructor(private readonly database: Database) {
    super();
  }

  async of(customerId: string, { limit, after }: { limit: number; after?: string }): Promise<ShownOrder[]> {
    const rows = await this.database.query<HistoryRow>(PAGE, [customerId, after ?? null, limit]);
    return rows.map(shownOrderOf);
  }

  async story(customerId: string, orderId: string): Promise<OrderStory> {
    const row = await this.database.manager.findOneBy(OrderTable, { id: orderId, customerId });
    if (!row) throw new OrderNotFound(orderId);
    return storyOf(orderOf(row));
  }
}
