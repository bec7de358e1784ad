import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { OrderBody } from '../order-schemas';
import { ShowOrder } from './show-order';

@Controller('orders')
export class ShowOrderController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Answer(200, OrderBody)
  @Refuses({ 404: ['orders.order-not-found'] })
  show(@CurrentPerson() person: Person, @Param('id', { schema: Uuid }) id: string) {
    return this.queries.execute(new ShowOrder(person.id, id));
  }
}
