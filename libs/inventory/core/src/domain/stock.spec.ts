import fc from 'fast-check';
import { inventory } from '../testing/inventory';
import { InsufficientStock } from './inventory-errors';
import { Stock } from './stock';

describe('The stock of a product', () => {
  it('gives no more than it has', () => {
    const stock = Stock.open('MUG');
    stock.receive(2);

    expect(() => stock.reserve(3)).toThrow(InsufficientStock);
    expect(stock.snapshot()).toMatchObject({ onHand: 2, reserved: 0 });
  });

  it('takes back no more than it gave', () => {
    const stock = Stock.open('MUG');
    stock.receive(2);
    stock.reserve(1);

    expect(() => stock.release(2)).toThrow(InsufficientStock);
    expect(stock.snapshot()).toMatchObject({ onHand: 1, reserved: 1 });
  });
});

describe('All stock, whatever happens in whatever order', () => {
  const skus = ['CUP', 'MUG', 'POT'] as const;
  const orders = [1, 2, 3, 4, 5].map((n) => `0190b6a0-0000-7000-8000-00000000000${n}`);
  const sku = fc.constantFrom(...skus);
  const quantity = fc.integer({ min: 1, max: 9 });
  const receive = fc.record({ do: fc.constant('receive' as const), sku, quantity });
  const reserve = fc.record({
    do: fc.constant('reserve' as const),
    order: fc.constantFrom(...orders),
    lines: fc.array(fc.record({ sku, quantity }), { minLength: 1, maxLength: 4 }),
  });
  const release = fc.record({ do: fc.constant('release' as const), order: fc.constantFrom(...orders) });

  it('is what was received: on hand, reserved or shipped; never negative, and reserved as its orders hold it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(receive, reserve, release), { maxLength: 60 }), async (acts) => {
        const { published, levels, ...shop } = inventory();
        const received = new Map<string, number>();

        for (const act of acts) {
          if (act.do === 'receive') {
            await shop.receive(act.sku, act.quantity);
            received.set(act.sku, (received.get(act.sku) ?? 0) + act.quantity);
          } else if (act.do === 'reserve') await shop.reserve(act.order, act.lines);
          else await shop.release(act.order);
        }

        for (const stock of await levels(...skus)) {
          expect(stock.received).toBe(received.get(stock.sku));
          expect(stock.onHand + stock.reserved + stock.shipped).toBe(stock.received);
          expect(Math.min(stock.onHand, stock.reserved, stock.shipped)).toBeGreaterThanOrEqual(0);
          expect(stock.reserved).toBe(held(published, stock.sku));
        }
      }),
    );
  });

  /** What the announcements say is set aside of a product. */
  function held(published: { type: string; data: unknown }[], sku: string): number {
    const pieces = (type: string) =>
      published
        .filter((event) => event.type === type)
        .flatMap(({ data }) => (data as { lines: { sku: string; quantity: number }[] }).lines)
        .filter((line) => line.sku === sku)
        .reduce((sum, line) => sum + line.quantity, 0);
    return pieces('inventory.stock-reserved') - pieces('inventory.stock-released');
  }
});
