import { TooMuchStock } from '../../domain/inventory-errors';
import { inventory } from '../../testing/inventory';

describe('Receiving stock', () => {
  it('adds to what is on hand, and says so', async () => {
    const { receive, published } = inventory();
    await receive('MUG', 5);
    published.length = 0;

    const stock = await receive('MUG', 3);

    expect(stock).toEqual({ sku: 'MUG', received: 8, onHand: 8, reserved: 0, shipped: 0 });
    expect(published).toEqual([
      { type: 'inventory.stock-level-changed', data: { sku: 'MUG', onHand: 8, reserved: 0, shipped: 0 } },
    ]);
  });

  it('is refused where it could no longer be counted', async () => {
    const { receive, levels } = inventory();
    await receive('MUG', 999_999_999);

    await expect(receive('MUG', 2)).rejects.toThrow(TooMuchStock);

    expect(await levels('MUG')).toMatchObject([{ received: 999_999_999 }]);
  });
});
