import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Showcase } from '../../domain/showcase';

export class ListCategories extends Query<{ category: string; products: number }[]> {}

/** Where the shop has something on sale, and how much. */
@QueryHandler(ListCategories)
export class ListCategoriesHandler implements IQueryHandler<ListCategories> {
  constructor(private readonly showcase: Showcase) {}

  execute(): Promise<{ category: string; products: number }[]> {
    return this.showcase.categories();
  }
}
