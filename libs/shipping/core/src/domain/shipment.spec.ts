import { failpoints } from '@banyan/messaging';
import fc from 'fast-check';
import { anAddress, shipping } from '../testing/shipping';
import { ImpossibleStep } from './shipment-errors';

type Shipping = ReturnType<typeof shipping>;

/** All that can happen, each as often as it likes: events and timers are replayed, staff repeat themselves. */
const happenings = {
  confirmed: (of: Shipping, postalCode: string) => of.confirm({ address: anAddress({ postalCode }) }),
  cancelled: (of: Shipping) => of.cancel(),
  dispatched: (of: Shipping) => of.dispatch(),
  rung: (of: Shipping) => of.ring(),
  delivered: (of: Shipping) => unlessImpossible(of.deliver()),
  lost: (of: Shipping) => unlessImpossible(of.lose()),
};

const story = fc.record({
  postalCode: fc.constantFrom('3511 AB', '00000', '99999'),
  sequence: fc.array(fc.constantFrom(...(Object.keys(happenings) as (keyof typeof happenings)[])), {
    maxLength: 14,
  }),
});

const ENDINGS = ['cancelled', 'delivered', 'lost'];

/** Everything happens, then the order is confirmed at the latest, and the carrier comes until nothing is left to do. */
const arbitrated = fc.asyncProperty(story, async ({ postalCode, sequence }) => {
  const order = shipping();
  const announced = () => order.published.map(({ type }) => type.replace('shipping.shipment-', ''));

  for (const what of sequence) {
    await happenings[what](order, postalCode);
    const status = (await order.shipment())?.status ?? 'preparing';
    if (status !== (announced().at(-1) ?? 'preparing')) return false;
  }
  for (const what of ['confirmed', 'dispatched', 'rung', 'rung', 'rung'] as const)
    await happenings[what](order, postalCode);

  const told = announced();
  const endings = told.filter((type) => ENDINGS.includes(type));
  return (
    new Set(told).size === told.length &&
    endings.length === 1 &&
    told.includes('dispatched') === (endings[0] !== 'cancelled') &&
    (await order.shipment())?.status === endings[0]
  );
});

describe('A shipment, whatever happens to it in whatever order, however often', () => {
  afterEach(() => failpoints.removedGuards.clear());

  it('is announced as it is, each step at most once, never both dispatched and cancelled, with exactly one ending', () =>
    fc.assert(arbitrated, { numRuns: 300 }));

  it('would be both dispatched and cancelled without arbitration', async () => {
    failpoints.removedGuards.add('shipping.arbitration');

    expect((await fc.check(arbitrated, { numRuns: 300, endOnFailure: true })).failed).toBe(true);
  });
});

async function unlessImpossible(step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!(error instanceof ImpossibleStep)) throw error;
  }
}
