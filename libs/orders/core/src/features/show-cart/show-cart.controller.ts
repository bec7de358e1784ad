import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer } from '@banyan/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CartBody } from '../order-schemas';
import { ShowCart } from './show-cart';

@Controller('cart')
export class ShowCartController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, CartBody)
  async show(@CurrentPerson() person: Person) {
    return { items: await this.queries.execute(new ShowCart(person.id)) };
  }
}
