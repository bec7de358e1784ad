import { eventually } from '@banyan/testing';
import { Chance, replayable, seed } from './children/chance';
import { Fleet, type FleetSettings, type MemberPlan } from './children/fleet';
import { pointsFor } from './children/points';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e'], writers: 2, pauseMs: 25 };
const FULL = process.env['BANYAN_FULL'] === '1';

/** Passed only by a relay that starts while a subscriber is owed something. */
const CATCHING_UP = 'relay.after-catch-up';

/** Where a short run crashes over a broker; what happens inside one context it sees in process. */
const NEAR_THE_BROKER = /^(rabbitmq|relay|receive)\./;

/** Which process hosts what. */
const PLANS: Record<FleetSettings['transport'], readonly MemberPlan[]> = {
  'in-process': [{}],
  rabbitmq: [
    { here: ['orders'], deployable: 'orders' },
    { here: ['inventory', 'shipping'], deployable: 'monolith' },
  ],
};

describe.each(['in-process', 'rabbitmq'] as const)('A crash, %s,', (transport) => {
  const points = pointsFor(transport).filter(
    // Whether a process dies while it catches up, or is up again before that is seen, is a race of this spec's own.
    (point) => FULL || (point !== CATCHING_UP && (transport === 'in-process' || NEAR_THE_BROKER.test(point))),
  );
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
          if (point === CATCHING_UP) await oweSomething();
          await fleet.arm({
            point,
            // A debt is paid once.
            at: point === CATCHING_UP ? 1 : chance.between(1, kill === 0 ? 12 : 40),
            afterMs: chance.of([0, 30]),
          });
          fleet.tell({ do: 'count', ...LOAD });
          await eventually(() => fleet.members.some((member) => !member?.alive), { timeoutMs: 30_000 }).catch(
            () => {
              throw new Error(
                `${point} was not passed often enough: ${JSON.stringify(fleet.passed())}; ${fleet.stories()}`,
              );
            },
          );
          expect(fleet.members.find((member) => !member?.alive)?.ending).toEqual({
            code: null,
            signal: 'SIGKILL',
          });
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
    60_000,
  );

  /** Makes the relay begin with catching a subscriber up, as it does after an extraction. */
  const oweSomething = async (): Promise<void> => {
    await fleet.members[0]?.kill();
    await fleet.client.query(
      `INSERT INTO orders.outbox_owed SELECT 'inventory', position FROM orders.event_log ORDER BY position DESC LIMIT 5`,
    );
    await fleet.mend({ armed: { point: CATCHING_UP, at: 1 } });
  };

  it('was tried at every failpoint that the source names', () => {
    expect(Object.keys(died).sort()).toEqual(points);
    console.log(`${transport}, seed ${seed}: died at\n${points.map((p) => `  ${p}: ${died[p]}`).join('\n')}`);
  });
});
