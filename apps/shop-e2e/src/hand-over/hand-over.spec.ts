import { eventually } from '@banyan/testing';
import { carryOut } from './carry-out';
import { HAND_OVERS } from './hand-overs';
import type { Stage } from './stage';

/*
 * Replaces processes of a shop while customers, staff and passers-by come and go; see hand-overs.ts for what, and
 * carry-out.ts for what is checked. Times are measured by `npm run hand-over`, not asserted here.
 */

jest.setTimeout(400_000);

const FULL = process.env['BANYAN_FULL'] === '1';

const quick = { ordersBetween: 15 };
const played = Object.entries(HAND_OVERS).filter(([name]) => FULL || name === 'orders');

describe('While processes are replaced under load, nothing is lost, doubled or put in another order, and nobody is turned away:', () => {
  it.each(played)('%s', async (_name, handOver) => {
    const { orders, handled, statuses, violations } = await carryOut(handOver, quick);

    expect(violations).toEqual([]);
    expect(orders).toBeGreaterThan(30);
    expect(handled).toBeGreaterThan(3 * orders);
    expect(Object.keys(statuses)).toContain('202');
  });
});

if (FULL) {
  describe('What a hand-over is checked for is seen when it is so:', () => {
    it('the place that data were moved from is not closed, and money is taken at both', async () => {
      const paidAt = (stage: Stage) =>
        stage.shop
          .sql<{ n: number }>('SELECT count(*)::int AS n FROM payments.payments')
          .then(([row]) => row!.n);
      const letInAgain = async (stage: Stage): Promise<void> => {
        const before = await paidAt(stage);
        const [{ note }] = (await stage.shop.sql<{ note: string }>(
          `SELECT obj_description('payments'::regnamespace, 'pg_namespace') AS note`,
        )) as [{ note: string }];
        await stage.shop.sql(
          'GRANT USAGE ON SCHEMA payments TO payments_app; COMMENT ON SCHEMA payments IS NULL',
        );
        await eventually(async () => (await paidAt(stage)) > before);
        // So that they can come back.
        await stage.shop.sql(`COMMENT ON SCHEMA payments IS '${note}'`);
      };
      const { data } = HAND_OVERS;
      const moves = [
        { what: 'out', carryOut: (stage: Stage) => stage.moveOut('payments', () => letInAgain(stage)) },
        ...data!.moves.slice(1),
      ];

      const { violations } = await carryOut({ ...data!, moves }, { ...quick, quietWithinMs: 15_000 });

      expect(violations.join()).toContain('orders and their payments agree');
    });
  });
}
