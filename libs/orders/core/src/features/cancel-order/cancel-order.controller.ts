import { CurrentPerson, type Person } from '@banyan/auth';
import { Uuid } from '@banyan/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
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
  async cancel(@CurrentPerson() person: Person, @Param('id', { schema: Uuid }) id: string) {
    await this.commands.execute(new CancelOrder(id, person.id));
    return this.queries.execute(new ShowOrder(person.id, id));
  }
}
