import { CurrentPerson, type Person } from '@banyan/auth';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowCart } from './show-cart';

@Controller('cart')
export class ShowCartController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async show(@CurrentPerson() person: Person) {
    return { items: await this.queries.execute(new ShowCart(person.id)) };
  }
}
