import { Roles } from '@banyan/auth';
import { Answer, Refuses, Sku } from '@banyan/http';
import { Body, Controller, Param, Patch } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { ProductBody, ProductChanges } from '../product-schemas';
import { ShowProduct } from '../show-product/show-product';
import { ChangeProduct } from './change-product';

@Controller('products')
export class ChangeProductController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Patch(':sku')
  @Roles('staff')
  @Answer(200, ProductBody)
  @Refuses({ 404: ['catalog.product-not-found'], 409: ['catalog.product-is-retired'] })
  async change(
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: ProductChanges }) changes: z.output<typeof ProductChanges>,
  ) {
    await this.commands.execute(new ChangeProduct(sku, changes));
    return this.queries.execute(new ShowProduct(sku));
  }
}
