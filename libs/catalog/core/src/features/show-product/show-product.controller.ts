import { Public } from '@banyan/auth';
import { Sku } from '@banyan/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ShowProduct } from './show-product';

@Controller('products')
export class ShowProductController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':sku')
  @Public()
  show(@Param('sku', { schema: Sku }) sku: string) {
    return this.queries.execute(new ShowProduct(sku));
  }
}
