import { Public } from '@banyan/auth';
import { Answer, decodeCursor, page, type Page, PageQuery, Sku, text } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { ShownProduct } from '../../domain/showcase';
import { Category, ProductPage } from '../product-schemas';
import { BrowseProducts } from './browse-products';

const ProductsQuery = PageQuery.extend({
  q: text(200).optional().describe('Words of name, category or description; slips of the hand are forgiven'),
  category: Category.optional(),
});

const Named = z.strictObject({ by: z.literal('name'), at: z.string(), sku: Sku });
const Ranked = z.strictObject({
  by: z.enum(['words', 'likeness']),
  at: z.string().regex(/^\d{1,3}(\.\d{1,12})?(e-\d{1,2})?$/),
  sku: Sku,
});

@Controller('products')
export class BrowseProductsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Public()
  @Answer(200, ProductPage)
  async browse(
    @Query({ schema: ProductsQuery }) { q, category, limit, cursor }: z.output<typeof ProductsQuery>,
  ): Promise<Page<ShownProduct>> {
    const after = q ? decodeCursor(Ranked, cursor) : decodeCursor(Named, cursor);
    const found = await this.queries.execute(
      new BrowseProducts({ words: q, category, limit: limit + 1, after }),
    );
    const { items, nextCursor } = page(found, limit, ({ place }) => place);
    return { items: items.map(({ place: _, ...product }) => product), nextCursor };
  }
}
