import { Public } from '@banyan/auth';
import { Answer, type Page } from '@banyan/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CategoryPage } from '../product-schemas';
import { ListCategories } from './list-categories';

@Controller('categories')
export class ListCategoriesController {
  constructor(private readonly queries: QueryBus) {}

  /** All of them on one page: a shop has few. */
  @Get()
  @Public()
  @Answer(200, CategoryPage)
  async list(): Promise<Page<{ category: string; products: number }>> {
    return { items: await this.queries.execute(new ListCategories()), nextCursor: null };
  }
}
