import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, decodeCursor, page, type Page, PageQuery, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { ShownOrder } from '../../domain/order-history';
import { OrderPage } from '../order-schemas';
import { ListOrders } from './list-orders';

@Controller('orders')
export class ListOrdersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, OrderPage)
  async list(
    @CurrentPerson() person: Person,
    @Query({ schema: PageQuery }) { limit, cursor }: z.output<typeof PageQuery>,
  ): Promise<Page<ShownOrder>> {
    const after = decodeCursor(Uuid, cursor);
    const orders = await this.queries.execute(new ListOrders(person.id, { limit: limit + 1, after }));
    return page(orders, limit, ({ id }) => id);
  }
}
