import { Roles } from '@banyan/auth';
import { Answer, Refuses, Sku } from '@banyan/http';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RetireProduct } from './retire-product';

@Controller('products')
export class RetireProductController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':sku')
  @Roles('staff')
  @HttpCode(204)
  @Answer(204)
  @Refuses({ 404: ['catalog.product-not-found'] })
  async retire(@Param('sku', { schema: Sku }) sku: string): Promise<void> {
    await this.commands.execute(new RetireProduct(sku));
  }
}
