import { Answers } from '@banyan/messaging';
import { Controller } from '@nestjs/common';
import { type PriceQuotes, QuotePrices, UnknownSku } from '@shop/catalog/contract';
import { Showcase } from '../../domain/showcase';

/** Tells the other contexts what products are called and cost now. */
@Controller()
export class PriceQuoter {
  constructor(private readonly showcase: Showcase) {}

  @Answers(QuotePrices)
  async quote({ skus }: QuotePrices): Promise<PriceQuotes> {
    const onSale = await this.showcase.find(skus);
    const unknown = skus.filter((sku) => !onSale.some((product) => product.sku === sku));
    if (unknown.length > 0) throw new UnknownSku({ skus: [...new Set(unknown)] });
    return { quotes: onSale.map(({ sku, name, price }) => ({ sku, name, price })) };
  }
}
