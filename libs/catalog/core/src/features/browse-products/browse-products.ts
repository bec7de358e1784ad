import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type FoundProduct, type Place, Showcase } from '../../domain/showcase';

export class BrowseProducts extends Query<FoundProduct[]> {
  constructor(
    readonly search: {
      readonly words?: string;
      readonly category?: string;
      readonly limit: number;
      readonly after?: Place;
    },
  ) {
    super();
  }
}

/** Products on sale: in order of name, or those that fit some words best. */
@QueryHandler(BrowseProducts)
export class BrowseProductsHandler implements IQueryHandler<BrowseProducts> {
  constructor(private readonly showcase: Showcase) {}

  execute({ search }: BrowseProducts): Promise<FoundProduct[]> {
    return this.showcase.browse(search);
  }
}
