import { NothingToShip } from '../../domain/inventory-errors';
import { inventory } from '../../testing/inventory';

const ORDER = '0190b6a0-0000-7000-8000-000000000001';

async function reserved() {
  const shelf = inventory();
  await shelf.receive('MUG', 5);
  await shelf.reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);
  shelf.published.length = 0;
  return shelf;
}

describe('Shipping the stock of an order', () => {
  it('counts what was set aside as shipped, once', async () => {
    const { ship, levels, published } = await reserved();

    await ship(ORDER);
    await ship(ORDER);

    expect(await levels('MUG')).toEqual([{ sku: 'MUG', received: 5, onHand: 3, reserved: 0, shipped: 2 }]);
    expect(published).toEqual([
      { type: 'inventory.stock-level-changed', data: { sku: 'MUG', onHand: 3, reserved: 0, shipped: 2 } },
    ]);
  });

  it('is for good: a release that comes later puts nothing back', async () => {
    const { ship, release, levels } = await reserved();
    await ship(ORDER);

    await release(ORDER);

    expect(await levels('MUG')).toMatchObject([{ onHand: 3, shipped: 2 }]);
  });

  it('is refused when nothing is set aside', async () => {
    const { release, ship, levels } = await reserved();
    await release(ORDER);

    await expect(ship(ORDER)).rejects.toThrow(NothingToShip);

    expect(await levels('MUG')).toMatchObject([{ onHand: 5, shipped: 0 }]);
  });
});
