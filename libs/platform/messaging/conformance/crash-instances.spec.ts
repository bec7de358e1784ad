import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@banyan/testing';
import { Chance, replayable, seed } from './children/chance';
import { Fleet, type FleetSettings, type MemberPlan } from './children/fleet';
import { Poured } from './children/story';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e', 'f'], writers: 2, pauseMs: 50 };
const FULL = process.env['BANYAN_FULL'] === '1';

const ALL: MemberPlan = { count: LOAD };
const ORDERS: MemberPlan = { here: ['orders'], deployable: 'orders', count: LOAD };
const OTHERS: MemberPlan = { here: ['inventory', 'shipping'], deployable: 'monolith' };

type Cast = readonly [FleetSettings['transport'], string, readonly MemberPlan[]];

/** One and two instances on every inbox, in process and over a broker; one only in a full run. */
const CASTS = (
  [
    ['in-process', 'one process', [ALL]],
    ['in-process', 'two instances', [ALL, ALL]],
    ['rabbitmq', 'a process per deployable', [ORDERS, OTHERS]],
    ['rabbitmq', 'two instances of each', [ORDERS, ORDERS, OTHERS, OTHERS]],
  ] as readonly Cast[]
).filter(([, name]) => FULL || name.startsWith('two'));

describe.each(CASTS)('Under load, %s, %s,', (transport, _name, plans) => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await Fleet.prepare({ transport, seed });
    await Promise.all(plans.map((plan, index) => fleet.start(index, plan)));
  }, 90_000);
  afterEach(() => fleet?.end(), 60_000);

  const settle = async (): Promise<void> => {
    await fleet.rest();
    await fleet.quiet(60_000);
    const { counts, effects, violations } = await fleet.judge();
    expect(violations).toEqual([]);
    expect(effects).toBe(counts * 6);
    expect(counts).toBeGreaterThan(20);
  };

  it(
    'kill -9 at any moment loses, doubles and reorders nothing',
    () =>
      replayable(async () => {
        const chance = new Chance(seed);
        for (let kill = 0; kill < (FULL ? 25 : 2); kill++) {
          await sleep(chance.between(100, 900));
          await fleet.members[chance.below(fleet.members.length)]?.kill();
          await fleet.mend();
        }
        await settle();
      }),
    FULL ? 300_000 : 120_000,
  );

  it(
    'a stop in good order takes seconds, and what was in hand is neither lost nor redone',
    () =>
      replayable(async () => {
        // Of two instances that are alike, one in a short run.
        for (const index of [...plans.keys()].filter((n) => FULL || n % 2 === 0)) {
          await fleet.movesOn();
          expect(await fleet.members[index]?.stop()).toBeLessThan(8_000);
          await fleet.start(index);
        }
        // However slow the machine is: two effects in each context for a count.
        await fleet.movesOn(45);
        await settle();
        // Nobody died, so that nothing may have been begun twice either.
        for (const context of ['inventory', 'shipping'])
          expect((await fleet.client.query(`SELECT 1 FROM ${context}.inbox WHERE starts > 0`)).rowCount).toBe(
            0,
          );
      }),
    120_000,
  );
});

describe.each([
  ['in-process', [ALL, ALL]],
  ['rabbitmq', [ORDERS, OTHERS, OTHERS]],
] as const)('Of two instances on one inbox, %s,', (transport, plans) => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await Fleet.prepare({ transport, seed });
    await Promise.all(plans.map((plan, index) => fleet.start(index, plan)));
  }, 90_000);
  afterEach(() => fleet?.end(), 60_000);

  const last = plans.length - 1;

  it(
    'both work, and each takes over all of it when the other is killed',
    () =>
      replayable(async () => {
        await eventually(async () => (await workers()) === 2, { timeoutMs: 30_000 });
        await fleet.movesOn();
        await fleet.members[last]?.kill();

        // Every key moves on, whichever lane it falls into.
        await fleet.movesOn(100);
        await eventually(async () => (await workers()) === 1, { timeoutMs: 30_000 });
        await fleet.start(last);
        await eventually(async () => (await workers()) === 2, { timeoutMs: 30_000 });
        await fleet.members[last - 1]?.kill();
        await eventually(async () => (await workers()) === 1, { timeoutMs: 30_000 });
        await fleet.mend();

        await fleet.rest();
        await fleet.quiet(60_000);
        const { counts, effects, violations } = await fleet.judge();
        expect(violations).toEqual([]);
        expect(effects).toBe(counts * 6);
      }),
    120_000,
  );

  /** How many processes hold at least two lanes of inventory's inbox; every other lock of theirs is a single one. */
  async function workers(): Promise<number> {
    const { rows } = await fleet.client.query<{ n: number }>(
      `SELECT count(DISTINCT pid)::int AS n FROM (
         SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'advisory' AND a.datname = current_database() AND a.application_name = 'banyan inventory messaging'
          GROUP BY l.pid, l.classid HAVING count(*) > 1) AS holding`,
    );
    return rows[0]?.n ?? 0;
  }
});

describe.each(['in-process', 'rabbitmq'] as const)('A message that kills its process, %s,', (transport) => {
  it(
    'ends as a dead letter, and everything else is handled once',
    () =>
      replayable(async () => {
        const fleet = await Fleet.prepare({ transport, seed });
        try {
          await fleet.start(0, { count: LOAD, options: { dispatcher: { maxStarts: 3 } } });
          await fleet.movesOn();
          fleet.members[0]?.pour();
          let deaths = 0;
          await eventually(
            async () => {
              if (!fleet.members[0]?.alive) {
                deaths += 1;
                expect(fleet.members[0]?.ending?.signal).toBe('SIGKILL');
                await fleet.start(0);
              }
              const { rows } = await fleet.client.query(
                'SELECT type, starts, error FROM inventory.inbox_dead',
              );
              return rows.length === 1 && rows[0].type === Poured.type;
            },
            { timeoutMs: 90_000, everyMs: 50 },
          );
          await fleet.rest();
          await fleet.quiet();

          const { counts, effects, violations } = await fleet.judge();
          expect(violations).toEqual([]);
          expect(effects).toBe(counts * 6);
          expect(deaths).toBeLessThanOrEqual(4);
          const dead = await fleet.client.query('SELECT starts, error FROM inventory.inbox_dead');
          expect(dead.rows).toEqual([
            { starts: 3, error: expect.stringMatching(/in hand 3 times when its process died/) },
          ]);
        } finally {
          await fleet.end();
        }
      }),
    150_000,
  );
});
