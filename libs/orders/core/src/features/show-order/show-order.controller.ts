import { CurrentPerson, type Person } from '@banyan/auth';
import { Uuid } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowOrder } from './show-order';

@Controller('orders')
export class ShowOrderController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  show(@CurrentPerson() person: Person, @Param('id', { schema: Uuid }) id: string) {
    return this.queries.execute(new ShowOrder(person.id, id));
  }
}
