import { Public } from '@banyan/auth';
import { Answer, Refuses, Sku } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ProductBody } from '../product-schemas';
import { ShowProduct } from './show-product';

@Controller('products')
export class ShowProductController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  @Public()
  @Answer(200, ProductBody)
  @Refuses({ 404: ['catalog.product-not-found'] })
  show(@Param('sku', { schema: Sku }) sku: string) {
    return this.queries.execute(new ShowProduct(sku));
  }
}
