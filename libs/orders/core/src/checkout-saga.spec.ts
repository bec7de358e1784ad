import fc from 'fast-check';
import { SagaWorld } from './testing/saga-world';

const luck = fc.record({ inStock: mostly(true), solvent: mostly(true), careful: mostly(true) });
/** Each number chooses one of what can happen next; every fourth interferes. */
const choices = fc.array(fc.nat(9_999), { maxLength: 60 });

function mostly(value: boolean) {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constant(!value) },
  );
}

/** Lets happen what `choices` say, then whatever is left, until nothing is. */
async function play(world: SagaWorld, choices: readonly number[]): Promise<void> {
  for (const choice of choices) {
    const possible = choice % 4 === 0 ? world.anyTime() : world.next();
    await possible[Math.floor(choice / 4) % possible.length]?.deliver();
  }
  for (let next = world.next(); next.length > 0; next = world.next()) await next[0]!.deliver();
  world.expire();
  for (let next = world.next(); next.length > 0; next = world.next()) await next[0]!.deliver();
}

describe('A checkout, whatever crosses, comes late or comes twice,', () => {
  it('ends, and then order, stock, money and parcel agree', async () => {
    const endings = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(luck, choices, async (luck, choices) => {
        const world = await SagaWorld.withAnOrder(luck);

        await play(world, choices);

        const { status, cancellationReason, timeline } = world.order;
        const lost = cancellationReason === 'parcel-lost';
        endings.set(cancellationReason ?? status, (endings.get(cancellationReason ?? status) ?? 0) + 1);
        expect(['completed', 'cancelled']).toContain(status);
        expect(world.waiting).toEqual([]);
        expect(world.money.captured - world.money.refunded).toBe(
          status === 'completed' ? world.order.total.amount : 0,
        );
        expect(world.money.captured).toBeLessThanOrEqual(world.order.total.amount);
        if (status === 'completed') expect([world.stock, world.parcel]).toEqual(['shipped', 'delivered']);
        else if (lost) expect([world.stock, world.parcel]).toEqual(['shipped', 'lost']);
        else {
          expect(['released', 'refused']).toContain(world.stock);
          expect(['none', 'refusing', 'cancelled']).toContain(world.parcel);
        }
        const whats = timeline.map(({ what }) => what);
        expect(whats.includes('paid')).toBe(whats.includes('confirmed'));
        expect(new Set(world.published).size).toBe(world.published.length);
      }),
      { numRuns: 3_000 },
    );
    // No way to end is left out of what was tried.
    expect([...endings.keys()].sort()).toEqual([
      'checkout-expired',
      'completed',
      'customer-request',
      'parcel-lost',
      'payment-declined',
      'stock-refused',
    ]);
  }, 60_000);
});
