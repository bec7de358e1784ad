import { contextContract, event, Money, request, requestError, Sku } from '@banyan/contracts';
import type { EventOf, ReplyOf, RequestOf } from '@banyan/contracts';
import { z } from 'zod';

const product = { sku: Sku, name: z.string(), category: z.string(), price: Money };

/** A product can be bought from now on. */
export const ProductListed = event('catalog.product-listed.v1', product, { key: 'sku' });
export type ProductListed = EventOf<typeof ProductListed>;

/** A product on sale reads otherwise now: all of its present state, not the difference. */
export const ProductChanged = event('catalog.product-changed.v1', product, { key: 'sku' });
export type ProductChanged = EventOf<typeof ProductChanged>;

/** A product is no longer sold. Its SKU is never given to another. */
export const ProductRetired = event('catalog.product-retired.v1', { sku: Sku }, { key: 'sku' });
export type ProductRetired = EventOf<typeof ProductRetired>;

/** Some of the SKUs asked for are not on sale: they never were, or were retired. */
export class UnknownSku extends requestError(
  'catalog.unknown-sku',
  'invalid',
  { skus: z.array(Sku).min(1) },
  ({ skus }) => `Not on sale: ${skus.join(', ')}`,
) {}

/** What do these products cost now, and what are they called? Answered for all of them or none. */
export const QuotePrices = request('catalog.quote-prices.v1', {
  request: { skus: z.array(Sku).min(1).max(100) },
  reply: { quotes: z.array(z.object({ sku: Sku, name: z.string(), price: Money })) },
  errors: [UnknownSku],
});
export type QuotePrices = RequestOf<typeof QuotePrices>;
export type PriceQuotes = ReplyOf<typeof QuotePrices>;

/** What the catalog tells and answers. */
export const catalogContract = contextContract('catalog', {
  events: [ProductListed, ProductChanged, ProductRetired],
  requests: [QuotePrices],
});
