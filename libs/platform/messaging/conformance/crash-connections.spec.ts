import { setTimeout as sleep } from 'node:timers/promises';
import { Chance, replayable, seed } from './children/chance';
import { Fleet, type MemberPlan } from './children/fleet';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e', 'f'], writers: 2, pauseMs: 25 };
const TIMES = process.env['BANYAN_FULL'] === '1' ? 30 : 5;

const PLANS: Record<'in-process' | 'rabbitmq', readonly MemberPlan[]> = {
  'in-process': [{ count: LOAD }, { count: LOAD }],
  rabbitmq: [
    { here: ['orders'], deployable: 'orders', count: LOAD },
    { here: ['inventory', 'shipping'], deployable: 'monolith' },
  ],
};

describe.each(['in-process', 'rabbitmq'] as const)('A database that ends connections, %s,', (transport) => {
  it(
    'again and again, all of them or some, loses, doubles and reorders nothing, and no process ends',
    () =>
      replayable(async () => {
        const fleet = await Fleet.prepare({ transport, seed });
        const chance = new Chance(seed);
        try {
          await Promise.all(PLANS[transport].map((plan, index) => fleet.start(index, plan)));
          for (let time = 0; time < TIMES; time++) {
            await sleep(chance.between(50, 600));
            // As a restart of the server does; half the time only some, among them perhaps the one that holds the locks.
            await fleet.client.query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'banyan %' AND ($1 OR pid % 3 = $2)`,
              [chance.below(2) === 0, chance.below(3)],
            );
          }
          await fleet.rest();
          await fleet.quiet(60_000);

          const { counts, effects, violations } = await fleet.judge();
          expect(fleet.members.map((member) => member?.ending)).toEqual(
            PLANS[transport].map(() => undefined),
          );
          expect(violations).toEqual([]);
          expect(effects).toBe(counts * 6);
          expect(counts).toBeGreaterThan(20);
        } finally {
          await fleet.end();
        }
      }),
    180_000,
  );
});
