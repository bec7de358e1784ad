import { NotOnSale } from '../../domain/cart-errors';
import { ANN, BOB, orders } from '../../testing/orders';

describe('Putting a product in the cart', () => {
  it('keeps it for this customer alone', async () => {
    const { put, cart } = orders();

    await put(ANN, 'MUG', 2);

    expect(await cart(ANN)).toEqual([{ sku: 'MUG', quantity: 2 }]);
    expect(await cart(BOB)).toEqual([]);
  });

  it('is refused for what is not on sale, and keeps nothing', async () => {
    const { put, cart } = orders({ MUG: 2200 });

    await expect(put(ANN, 'UNICORN', 1)).rejects.toThrow(NotOnSale);

    expect(await cart(ANN)).toEqual([]);
  });

  it('announces nothing: a cart is nobody else’s business', async () => {
    const { put, takeOut, published } = orders();

    await put(ANN, 'MUG', 2);
    await takeOut(ANN, 'MUG');

    expect(published).toEqual([]);
  });
});
