import type { Contexts } from '@banyan/messaging';
import { type PriceQuotes, QuotePrices, UnknownSku } from '@shop/catalog/contract';
import { NotOnSale } from '../domain/cart-errors';

/** What these products are called and cost now. @throws NotOnSale blaming `field` of the customer's request */
export async function quotePrices(
  contexts: Contexts,
  skus: readonly string[],
  field: string,
): Promise<PriceQuotes['quotes']> {
  try {
    const { quotes } = await contexts.ask(QuotePrices, { skus: [...skus] });
    return quotes;
  } catch (error) {
    throw error instanceof UnknownSku ? new NotOnSale(error.details.skus, field) : error;
  }
}
