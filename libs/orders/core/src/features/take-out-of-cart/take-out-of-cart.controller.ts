import { CurrentPerson, type Person } from '@banyan/auth';
import { Sku } from '@banyan/http';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { TakeOutOfCart } from './take-out-of-cart';

@Controller('cart/items')
export class TakeOutOfCartController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':sku')
  @HttpCode(204)
  async takeOut(@CurrentPerson() person: Person, @Param('sku', { schema: Sku }) sku: string): Promise<void> {
    await this.commands.execute(new TakeOutOfCart(person.id, sku));
  }
}
