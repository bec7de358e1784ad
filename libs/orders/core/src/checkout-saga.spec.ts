import fc from 'fast-check';
import { type Luck, SagaWorld, type Trouble, TROUBLES } from './testing/saga-world';

const luck = fc.record({ inStock: mostly(true), solvent: mostly(true), careful: mostly(true) });
/** Some kinds of trouble only, so that an order gets far enough for its last messages to be in it. */
const troubles = fc.subarray([...TROUBLES]);
/** Each number chooses one of what can happen next; every fourth makes trouble. */
const choices = fc.array(fc.nat(9_999), { maxLength: 60 });

function mostly(value: boolean) {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constant(!value) },
  );
}

/** A step after which a customer cancels, or the deadline passes, which nobody minds any more once the order is confirmed. */
const UPSETS = [
  ...Array.from({ length: 14 }, (_, after) => ({ after, by: 'cancellation' as const })),
  ...Array.from({ length: 6 }, (_, after) => ({ after, by: 'deadline' as const })),
];

async function settle(world: SagaWorld): Promise<void> {
  for (let next = world.next(); next.length > 0; next = world.next()) await next[0]!.deliver();
}

/** Lets happen whatever is left: the deadline too, and in the end somebody replays what died, until nothing is left. */
async function end(world: SagaWorld): Promise<void> {
  await settle(world);
  world.expire();
  await settle(world);
  for (let [dead] = world.deadLetters(); dead; [dead] = world.deadLetters()) {
    await dead.deliver();
    await settle(world);
  }
}

/** Lets happen what `choices` say, with trouble of these kinds. */
async function play(world: SagaWorld, kinds: readonly Trouble[], choices: readonly number[]): Promise<void> {
  for (const choice of choices) {
    const possible = choice % 4 === 0 ? world.troubles(kinds) : world.next();
    await possible[Math.floor(choice / 4) % possible.length]?.deliver();
  }
  await end(world);
}

/** One thing after the other, upset once; the message that arrives as the nth, if there is one, meets `fate`. */
async function walk(
  world: SagaWorld,
  upset: (typeof UPSETS)[number],
  nth: number,
  fate: 'death' | 'repetition',
): Promise<boolean> {
  let arrived = 0;
  for (let step = 0; ; step++) {
    if (step === upset.after) await world.troubles([upset.by])[0]!.deliver();
    const [next] = world.next();
    if (!next) break;
    const [death] = world.troubles(['death']);
    if (death && arrived++ === nth && fate === 'death') await death.deliver();
    else await next.deliver();
    if (death && arrived === nth + 1 && fate === 'repetition')
      await world.troubles(['repetition']).at(-1)!.deliver();
  }
  await end(world);
  return arrived > nth;
}

function agree(world: SagaWorld): void {
  const { status, cancellationReason, timeline, total } = world.order;
  expect(['completed', 'cancelled']).toContain(status);
  expect(world.waiting).toEqual([]);
  expect(world.money.captured - world.money.refunded).toBe(status === 'completed' ? total.amount : 0);
  expect(world.money.captured).toBeLessThanOrEqual(total.amount);
  if (status === 'completed') expect([world.stock, world.parcel]).toEqual(['shipped', 'delivered']);
  else if (cancellationReason === 'parcel-lost')
    expect([world.stock, world.parcel]).toEqual(['shipped', 'lost']);
  else {
    expect(['released', 'refused']).toContain(world.stock);
    expect(['none', 'refusing', 'cancelled']).toContain(world.parcel);
  }
  const whats = timeline.map(({ what }) => what);
  expect(whats.includes('paid')).toBe(whats.includes('confirmed'));
  expect(new Set(world.published).size).toBe(world.published.length);
}

describe('A checkout ends, and then order, stock, money and parcel agree,', () => {
  it('whatever crosses, comes late, comes twice, or dies and is replayed', async () => {
    const endings = new Set<string>();
    await fc.assert(
      fc.asyncProperty(luck, troubles, choices, async (luck, kinds, choices) => {
        const world = await SagaWorld.withAnOrder(luck);

        await play(world, kinds, choices);

        agree(world);
        endings.add(world.order.cancellationReason ?? world.order.status);
      }),
      { numRuns: 1_500 },
    );
    // No way to end is left out of what was tried.
    expect([...endings].sort()).toEqual([
      'checkout-expired',
      'completed',
      'customer-request',
      'parcel-lost',
      'payment-declined',
      'stock-refused',
    ]);
  }, 60_000);

  it.each(['death', 'repetition'] as const)(
    'whichever message meets its %s, whenever a customer cancels or the deadline passes',
    async (fate) => {
      const fine: Luck = { inStock: true, solvent: true, careful: true };
      const luck = [
        fine,
        ...(['inStock', 'solvent', 'careful'] as const).map((what) => ({ ...fine, [what]: false })),
      ];
      const met = new Set<string>();
      for (const each of luck)
        for (const upset of UPSETS)
          for (let [nth, more] = [0, true]; more; nth++) {
            const world = await SagaWorld.withAnOrder(each);

            more = await walk(world, upset, nth, fate);

            agree(world);
            world[fate === 'death' ? 'died' : 'repeated'].forEach((what) => met.add(what));
          }

      expect([...met].sort()).toEqual([
        'cancellation-requested to shipping',
        'cancelled to orders',
        'captured to orders',
        'declined to orders',
        'delivered to orders',
        'dispatched to inventory',
        'dispatched to orders',
        'lost to orders',
        'order-cancelled to inventory',
        'order-cancelled to payments',
        'order-cancelled to shipping',
        'order-confirmed to shipping',
        'order-placed to inventory',
        'payment-due to payments',
        'refunded to orders',
        'refused to orders',
        'reserved to orders',
        'the closing to orders',
        'the deadline to orders',
      ]);
    },
    60_000,
  );
});
