import { ForeignCurrency, SkuTaken } from '../../domain/product-errors';
import { aProduct } from '../../testing/a-product';
import { catalog } from '../../testing/catalog';

describe('Listing a product', () => {
  it('puts it on sale, and says so', async () => {
    const { list, published } = catalog();

    await list(aProduct({ sku: 'TEA-ASSAM-125', name: 'Assam', price: { amount: 1120, currency: 'EUR' } }));

    expect(published).toEqual([
      {
        type: 'catalog.product-listed',
        data: {
          sku: 'TEA-ASSAM-125',
          name: 'Assam',
          category: 'tea',
          price: { amount: 1120, currency: 'EUR' },
        },
      },
    ]);
  });

  it('is refused under the SKU of another, also of a retired one', async () => {
    const { list, retire, published } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125' }));
    await retire('TEA-ASSAM-125');

    await expect(list(aProduct({ sku: 'TEA-ASSAM-125' }))).rejects.toThrow(SkuTaken);

    expect(published.map(({ type }) => type)).toEqual(['catalog.product-listed', 'catalog.product-retired']);
  });

  it('is refused in another currency than the shop sells in', async () => {
    const { list, published } = catalog();

    await expect(list(aProduct({ price: { amount: 1120, currency: 'USD' } }))).rejects.toThrow(
      ForeignCurrency,
    );

    expect(published).toEqual([]);
  });
});
