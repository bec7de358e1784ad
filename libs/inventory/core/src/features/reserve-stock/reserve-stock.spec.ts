import { inventory } from '../../testing/inventory';

const ORDER = '0190b6a0-0000-7000-8000-000000000001';

describe('Reserving stock for an order', () => {
  it('sets aside all that it wants', async () => {
    const { receive, reserve, levels, published } = inventory();
    await receive('MUG', 5);
    await receive('TEA', 9);
    published.length = 0;

    await reserve(ORDER, [
      { sku: 'TEA', quantity: 2 },
      { sku: 'MUG', quantity: 5 },
    ]);

    expect(await levels('MUG', 'TEA')).toEqual([
      { sku: 'MUG', received: 5, onHand: 0, reserved: 5, shipped: 0 },
      { sku: 'TEA', received: 9, onHand: 7, reserved: 2, shipped: 0 },
    ]);
    expect(published).toEqual([
      {
        type: 'inventory.stock-reserved',
        data: {
          orderId: ORDER,
          lines: [
            { sku: 'MUG', quantity: 5 },
            { sku: 'TEA', quantity: 2 },
          ],
        },
      },
      { type: 'inventory.stock-level-changed', data: { sku: 'MUG', onHand: 0, reserved: 5, shipped: 0 } },
      { type: 'inventory.stock-level-changed', data: { sku: 'TEA', onHand: 7, reserved: 2, shipped: 0 } },
    ]);
  });

  it('sets aside nothing at all when one product is short, and says which', async () => {
    const { receive, reserve, levels, published } = inventory();
    await receive('MUG', 5);
    await receive('TEA', 1);
    published.length = 0;

    await reserve(ORDER, [
      { sku: 'MUG', quantity: 2 },
      { sku: 'TEA', quantity: 2 },
      { sku: 'UNHEARD-OF', quantity: 1 },
    ]);

    expect(await levels('MUG', 'TEA')).toMatchObject([{ onHand: 5 }, { onHand: 1 }]);
    expect(published).toEqual([
      {
        type: 'inventory.stock-refused',
        data: {
          orderId: ORDER,
          shortages: [
            { sku: 'TEA', wanted: 2, onHand: 1 },
            { sku: 'UNHEARD-OF', wanted: 1, onHand: 0 },
          ],
        },
      },
    ]);
  });

  it('adds up lines that want the same product', async () => {
    const { receive, reserve, published } = inventory();
    await receive('MUG', 3);

    await reserve(ORDER, [
      { sku: 'MUG', quantity: 2 },
      { sku: 'MUG', quantity: 2 },
    ]);

    expect(published.at(-1)).toMatchObject({
      type: 'inventory.stock-refused',
      data: { shortages: [{ sku: 'MUG', wanted: 4, onHand: 3 }] },
    });
  });

  it('is decided once: neither a repetition nor a later receipt changes it', async () => {
    const { receive, reserve, levels, published } = inventory();
    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);
    await receive('MUG', 5);
    published.length = 0;

    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);

    expect(await levels('MUG')).toMatchObject([{ onHand: 5, reserved: 0 }]);
    expect(published).toEqual([]);
  });

  it('does nothing for an order that was cancelled before it was heard of', async () => {
    const { receive, reserve, release, levels, published } = inventory();
    await receive('MUG', 5);
    await release(ORDER);
    published.length = 0;

    await reserve(ORDER, [{ sku: 'MUG', quantity: 2 }]);

    expect(await levels('MUG')).toMatchObject([{ onHand: 5, reserved: 0 }]);
    expect(published).toEqual([]);
  });
});
