import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses, Sku } from '@banyan/http';
import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { CartBody, CartItemBody } from '../order-schemas';
import { PutInCart } from './put-in-cart';

@Controller('cart/items')
export class PutInCartController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':sku')
  @Answer(200, CartBody)
  @Refuses({ 400: ['orders.not-on-sale'], 409: ['orders.cart-is-full'] })
  async put(
    @CurrentPerson() person: Person,
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: CartItemBody }) { quantity }: z.output<typeof CartItemBody>,
  ) {
    return { items: await this.commands.execute(new PutInCart(person.id, sku, quantity)) };
  }
}
