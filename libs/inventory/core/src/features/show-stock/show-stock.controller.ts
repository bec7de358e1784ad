import { Public } from '@banyan/auth';
import { Sku } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowStock } from './show-stock';

@Controller('stock')
export class ShowStockController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  @Public()
  show(@Param('sku', { schema: Sku }) sku: string) {
    return this.queries.execute(new ShowStock(sku));
  }
}
