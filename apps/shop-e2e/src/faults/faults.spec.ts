import { wordsFor } from './plan/fault';
import { planOf, restarts, wordsForPlacement } from './plan/plan';
import { POINTS } from './plan/points';
import { carryOut } from './run';

jest.setTimeout(180_000);

const FIRST = Number(process.env['BANYAN_SEED'] ?? Math.floor(Math.random() * 1_000_000));

const plans = (first: number, count: number) => Array.from({ length: count }, (_, n) => planOf(first + n));

/** Few processes and no server of their own, to be quick; `npm run faults` plays the others. */
const quick = plans(FIRST, 60)
  .filter((plan) => !restarts(plan, 'broker') && !restarts(plan, 'database'))
  .filter(({ placement }) => Object.keys(placement).length <= 3)
  .slice(0, process.env['BANYAN_FULL'] === '1' ? 10 : 2)
  .map((plan) => ({
    ...plan,
    where: wordsForPlacement(plan.placement),
    what: plan.faults.map(wordsFor).join('; '),
  }));

describe('Whatever happens to the shop, money, stock and every promise to a client are kept,', () => {
  it.each(quick)('seed $seed, $where: $what', async (plan) => {
    const { orders, events, violations } = await carryOut(plan);

    expect(violations).toEqual([]);
    expect(orders).toBeGreaterThan(5);
    expect(events).toBeGreaterThan(orders);
  });
});

describe('The plan of a seed', () => {
  it('is the same each time', () => {
    for (const { seed, placement, env, faults } of plans(FIRST, 30))
      expect(planOf(seed)).toMatchObject({ placement, env, faults });
  });

  it('has a process die at a failpoint, so that successive seeds pass through all of them', () => {
    const points = plans(FIRST, POINTS.length).flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.is === 'death' ? [fault.point] : [])),
    );

    expect(points.sort()).toEqual(POINTS);
  });
});
