import { ForeignCurrency, ProductIsRetired, ProductNotFound } from '../../domain/product-errors';
import { aProduct } from '../../testing/a-product';
import { catalog } from '../../testing/catalog';

describe('Changing a product', () => {
  it('announces all that it says of itself now, not only what changed', async () => {
    const { list, change, published } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125', name: 'Assam', category: 'tea' }));

    await change('TEA-ASSAM-125', { price: { amount: 990, currency: 'EUR' } });

    expect(published.at(-1)).toEqual({
      type: 'catalog.product-changed',
      data: { sku: 'TEA-ASSAM-125', name: 'Assam', category: 'tea', price: { amount: 990, currency: 'EUR' } },
    });
  });

  it('announces nothing when all was so before', async () => {
    const { list, change, published } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125', name: 'Assam' }));

    await change('TEA-ASSAM-125', { name: 'Assam' });

    expect(published).toHaveLength(1);
  });

  it('is refused in another currency', async () => {
    const { list, change } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125' }));

    await expect(change('TEA-ASSAM-125', { price: { amount: 990, currency: 'CHF' } })).rejects.toThrow(
      ForeignCurrency,
    );
  });

  it('is refused once it is retired', async () => {
    const { list, change, retire } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125' }));
    await retire('TEA-ASSAM-125');

    await expect(change('TEA-ASSAM-125', { name: 'Assam again' })).rejects.toThrow(ProductIsRetired);
  });

  it('is refused when there never was one', async () => {
    const { change } = catalog();

    await expect(change('TEA-NONE', { name: 'Nothing' })).rejects.toThrow(ProductNotFound);
  });
});
