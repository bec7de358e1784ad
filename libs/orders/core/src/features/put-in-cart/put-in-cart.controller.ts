import { CurrentPerson, type Person } from '@banyan/auth';
import { Sku } from '@banyan/http';
import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { MOST_PIECES } from '../../domain/cart';
import { PutInCart } from './put-in-cart';

const CartItemBody = z.strictObject({ quantity: z.int().min(1).max(MOST_PIECES) }).meta({ id: 'CartItem' });

@Controller('cart/items')
export class PutInCartController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':sku')
  async put(
    @CurrentPerson() person: Person,
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: CartItemBody }) { quantity }: z.output<typeof CartItemBody>,
  ) {
    return { items: await this.commands.execute(new PutInCart(person.id, sku, quantity)) };
  }
}
