import { aProduct } from '../../testing/a-product';
import { catalog } from '../../testing/catalog';

describe('Retiring a product', () => {
  it('is announced once, however often it is done', async () => {
    const { list, retire, published } = catalog();
    await list(aProduct({ sku: 'TEA-ASSAM-125' }));

    await retire('TEA-ASSAM-125');
    await retire('TEA-ASSAM-125');

    expect(published.slice(1)).toEqual([{ type: 'catalog.product-retired', data: { sku: 'TEA-ASSAM-125' } }]);
  });
});
