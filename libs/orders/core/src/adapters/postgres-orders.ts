import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Order } from '../domain/order';
import { OrderNotFound } from '../domain/order-errors';
import { Orders } from '../domain/orders';
import { milestoneRows, orderOf, rowOf } from './order-rows';
import { OrderTable, TimelineTable } from './orders-tables';

@Injectable()
export class PostgresOrders extends Orders {
  constructor(private readonly database: Database) {
    super();
  }

  async add(order: Order): Promise<void> {
    await this.database.manager.insert(OrderTable, rowOf(order));
    await this.database.manager.insert(TimelineTable, milestoneRows(order));
  }

  async change(orderId: string, change: (order: Order) => void | Promise<void>): Promise<void> {
    const row = await this.database.manager.findOne(OrderTable, {
      where: { id: orderId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!row) throw new OrderNotFound(orderId);
    const timeline = await this.database.manager.find(TimelineTable, {
      where: { orderId },
      order: { position: 'ASC' },
    });
    const order = orderOf(row, timeline);
    await change(order);
    const { status, cancellationReason } = rowOf(order);
    const added = milestoneRows(order).slice(timeline.length);
    if (added.length === 0) return;
    await this.database.manager.update(OrderTable, { id: orderId }, { status, cancellationReason });
    await this.database.manager.insert(TimelineTable, added);
  }
}
