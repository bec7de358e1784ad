import type { ProductDetails } from '../domain/product';

/** A product like any other, but for what the test says. */
export const aProduct = (
  but: Partial<ProductDetails> & { sku?: string } = {},
): ProductDetails & { sku: string } => ({
  sku: 'TEA-SENCHA-100',
  name: 'Sencha, 100 g',
  description: 'Steamed green tea.',
  category: 'tea',
  price: { amount: 1450, currency: 'EUR' },
  ...but,
});
