import { Contexts } from '@banyan/messaging';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Carts } from '../../domain/carts';
import type { OrderLine } from '../../domain/order';
import { quotePrices } from '../quote-prices';

export class QuoteCart extends Query<OrderLine[]> {
  constructor(readonly customerId: string) {
    super();
  }
}

/** What an order of this cart would hold, at the prices of now. @throws NotOnSale */
@QueryHandler(QuoteCart)
export class QuoteCartHandler implements IQueryHandler<QuoteCart> {
  constructor(
    private readonly carts: Carts,
    private readonly contexts: Contexts,
  ) {}

  async execute({ customerId }: QuoteCart): Promise<OrderLine[]> {
    const { items } = await this.carts.of(customerId);
    if (items.length === 0) return [];

    const quotes = await quotePrices(
      this.contexts,
      items.map(({ sku }) => sku),
      'cart',
    );
    const quoteOf = new Map(quotes.map((quote) => [quote.sku, quote]));
    return items.map(({ sku, quantity }) => {
      const { name, price } = quoteOf.get(sku)!;
      return { sku, name, quantity, price };
    });
  }
}
