import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { OrderNotFound } from '../domain/order-errors';
import { OrderHistory, type OrderStory, type ShownOrder, storyOf } from '../domain/order-history';
import { orderOf, OrderTable } from './order-table';

@Injectable()
export class PostgresOrderHistory extends OrderHistory {
  constructor(private readonly database: Database) {
    super();
  }

  /** Ids are uuids of version 7: their order is that of placing. */
  async of(customerId: string, { limit, after }: { limit: number; after?: string }): Promise<ShownOrder[]> {
    const rows = await this.database.manager.find(OrderTable, {
      where: { customerId, ...(after && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: limit,
    });
    return rows.map((row) => {
      const { timeline: _, ...shown } = storyOf(orderOf(row));
      return shown;
    });
  }

  async story(customerId: string, orderId: string): Promise<OrderStory> {
    const row = await this.database.manager.findOneBy(OrderTable, { id: orderId, customerId });
    if (!row) throw new OrderNotFound(orderId);
    return storyOf(orderOf(row));
  }
}
