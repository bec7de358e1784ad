import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { OrderBody } from '../order-schemas';
import { ShowOrder } from '../show-order/show-order';
import { CancelOrder } from './cancel-order';

@Controller('orders')
export class CancelOrderController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/cancellation')
  @HttpCode(202)
  @Answer(202, OrderBody)
  @Refuses({
    404: ['orders.order-not-found'],
    409: ['orders.order-already-cancelled', 'orders.order-on-its-way'],
  })
  async cancel(@CurrentPerson() person: Person, @Param('id', { schema: Uuid }) id: string) {
    await this.commands.execute(new CancelOrder(id, person.id));
    return this.queries.execute(new ShowOrder(person.id, id));
  }
}
