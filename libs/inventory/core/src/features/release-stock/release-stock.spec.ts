import { inventory } from '../../testing/inventory';

const ORDER = '0190b6a0-0000-7000-8000-000000000001';

describe('Releasing the stock of an order', () => {
  it('puts back what was set aside', async () => {
    const { receive, reserve, release, levels, published } = inventory();
    await receive('MUG', 5);
    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);
    published.length = 0;

    await release(ORDER);

    expect(await levels('MUG')).toEqual([{ sku: 'MUG', received: 5, onHand: 5, reserved: 0, shipped: 0 }]);
    expect(published).toEqual([
      { type: 'inventory.stock-released', data: { orderId: ORDER, lines: [{ sku: 'MUG', quantity: 2 }] } },
      { type: 'inventory.stock-level-changed', data: { sku: 'MUG', onHand: 5, reserved: 0, shipped: 0 } },
    ]);
  });

  it('puts it back once', async () => {
    const { receive, reserve, release, levels } = inventory();
    await receive('MUG', 5);
    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);

    await release(ORDER);
    await release(ORDER);

    expect(await levels('MUG')).toMatchObject([{ onHand: 5, reserved: 0 }]);
  });

  it('has nothing to say of an order that was refused', async () => {
    const { reserve, release, published } = inventory();
    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);
    published.length = 0;

    await release(ORDER);

    expect(published).toEqual([]);
  });
});
