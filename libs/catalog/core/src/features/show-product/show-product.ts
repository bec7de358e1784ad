import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ProductNotFound } from '../../domain/product-errors';
import { Showcase, type ShownProduct } from '../../domain/showcase';

export class ShowProduct extends Query<ShownProduct> {
  constructor(readonly sku: string) {
    super();
  }
}

/** One product on sale. @throws ProductNotFound, also when it was retired */
@QueryHandler(ShowProduct)
export class ShowProductHandler implements IQueryHandler<ShowProduct> {
  constructor(private readonly showcase: Showcase) {}

  async execute({ sku }: ShowProduct): Promise<ShownProduct> {
    const [product] = await this.showcase.find([sku]);
    if (!product) throw new ProductNotFound(sku);
    return product;
  }
}
