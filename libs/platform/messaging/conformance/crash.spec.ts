import { eventually } from '@banyan/testing';
import { Chance, replayable, seed } from './children/chance';
import { Fleet, type FleetSettings, type MemberPlan } from './children/fleet';
import { pointsFor } from './children/points';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e'], writers: 2, pauseMs: 40 };
const FULL = process.env['BANYAN_FULL'] === '1';

/** Passed only by a relay that starts while a subscriber is owed something. */
const CATCHING_UP = 'relay.after-catch-up';

/** Passed once in seven counts: no process may be asked to pass it often before it dies. */
const SELDOM = /failure-noted$/;

/** Which process hosts what. */
const PLANS: Record<FleetSettings['transport'], readonly MemberPlan[]> = {
  'in-process': [{}],
  rabbitmq: [
    { here: ['orders'], deployable: 'orders' },
    { here: ['inventory', 'shipping'], deployable: 'monolith' },
  ],
};

describe.each(['in-process', 'rabbitmq'] as const)('A crash, %s,', (transport) => {
  const points = pointsFor(transport);
  const died: Record<string, number> = {};
  const chance = new Chance(seed);
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.prepare({ transport, seed, watched: true });
    await Promise.all(PLANS[transport].map((plan, index) => fleet.start(index, plan)));
  }, 60_000);
  afterAll(() => fleet?.end(), 60_000);

  it.each(points)(
    'at %s loses, doubles and reorders nothing',
    (point) =>
      replayable(async () => {
        for (let kill = 0; kill < (FULL ? 6 : 1); kill++) {
          if (point === CATCHING_UP) await dieCatchingUp();
          else await dieUnderLoad(point, SELDOM.test(point) ? 6 : kill === 0 ? 12 : 40);
          died[point] = (died[point] ?? 0) + 1;
          await fleet.arm(undefined);
          await fleet.mend();
        }
        await fleet.rest();
        await fleet.quiet();

        const { counts, effects, violations } = await fleet.judge();
        expect(violations).toEqual([]);
        expect(effects).toBe(counts * 6);
      }),
    FULL ? 180_000 : 60_000,
  );

  /** Some process passes `point` up to `most` times, and dies of it. */
  const dieUnderLoad = async (point: string, most: number): Promise<void> => {
    await fleet.arm({ point, at: chance.between(1, most), afterMs: chance.of([0, 30]) });
    fleet.tell({ do: 'count', ...LOAD });
    await death(point);
  };

  /** The relay begins with catching a subscriber up, as it does after an extraction, and dies before that is noted. */
  const dieCatchingUp = async (): Promise<void> => {
    fleet.tell({ do: 'count', ...LOAD });
    await eventually(
      async () => (await fleet.client.query('SELECT 1 FROM orders.event_log LIMIT 5')).rowCount === 5,
    );
    await fleet.members[0]?.kill();
    await fleet.client.query(
      `INSERT INTO orders.outbox_owed SELECT 'inventory', position FROM orders.event_log ORDER BY position DESC LIMIT 5
       ON CONFLICT DO NOTHING`,
    );
    // A debt is paid once, and soon: armed any later, it might be alive and owe nothing.
    await fleet.start(0, PLANS[transport][0], { armed: { point: CATCHING_UP, at: 1 }, count: LOAD });
    await death(CATCHING_UP);
  };

  const death = async (point: string): Promise<void> => {
    await eventually(() => fleet.members.some((member) => !member?.alive), { timeoutMs: 30_000 }).catch(
      () => {
        throw new Error(
          `${point} was not passed often enough: ${JSON.stringify(fleet.passed())}; ${fleet.stories()}`,
        );
      },
    );
    expect(fleet.members.find((member) => !member?.alive)?.ending).toEqual({ code: null, signal: 'SIGKILL' });
  };

  it('was tried at every failpoint that the source names', () => {
    expect(Object.keys(died).sort()).toEqual(points);
    console.log(`${transport}, seed ${seed}: died at\n${points.map((p) => `  ${p}: ${died[p]}`).join('\n')}`);
  });
});
