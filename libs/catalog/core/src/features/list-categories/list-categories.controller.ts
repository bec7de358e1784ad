import { Public } from '@banyan/auth';
import type { Page } from '@banyan/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ListCategories } from './list-categories';

@Controller('categories')
export class ListCategoriesController {
  constructor(private readonly queries: QueryBus) {}

  /** All of them on one page: a shop has few. */
  @Get()
  @Public()
  async list(): Promise<Page<{ category: string; products: number }>> {
    return { items: await this.queries.execute(new ListCategories()), nextCursor: null };
  }
}
