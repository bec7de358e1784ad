import { Public } from '@banyan/auth';
import { Answer, Refuses, Sku } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { StockBody } from '../stock-schemas';
import { ShowStock } from './show-stock';

@Controller('stock')
export class ShowStockController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  @Public()
  @Answer(200, StockBody)
  @Refuses({ 404: ['inventory.stock-not-found'] })
  show(@Param('sku', { schema: Sku }) sku: string) {
    return this.queries.execute(new ShowStock(sku));
  }
}
