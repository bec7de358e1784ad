import { eventually } from '@banyan/testing';
import { replayable, seed } from './children/chance';
import { Fleet, type MemberPlan } from './children/fleet';
import { CONTEXTS } from './children/story';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e', 'f'], writers: 3, pauseMs: 15, limit: 1e9 };
/** So slow that inboxes fill up. */
const BUSY: Partial<MemberPlan> = { options: { dispatcher: { concurrency: 1 } }, reservingMs: 25 };

describe('Processes of three placements, each up while the next one starts,', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await Fleet.prepare({ transport: 'rabbitmq', seed });
  }, 60_000);
  afterEach(() => fleet?.end(), 60_000);

  const waitingIn = async (place: string): Promise<number> => (await fleet.left())[place] ?? 0;
  /** Resolves when a member works on none of these contexts any more. */
  const stepsBack = (member: number, contexts: readonly string[]): Promise<unknown> =>
    eventually(
      () => {
        const problems = fleet.members[member]?.problems ?? [];
        const left = contexts.filter(
          (context) => !problems.some((each) => each.includes(`${context} was placed in`)),
        );
        if (left.length > 0) throw new Error(`Still at work on ${left.join()}: ${problems.join('; ')}`);
      },
      { timeoutMs: 20_000 },
    );

  it(
    'extract orders and absorb it again with full queues, and lose, double and reorder nothing',
    () =>
      replayable(async () => {
        const [first, orders, others, last] = [0, 1, 2, 3];
        await fleet.start(first, {
          transport: { kind: 'in-process' },
          revision: 1,
          count: LOAD,
          ...BUSY,
        });
        await eventually(async () => (await waitingIn('inventory.inbox')) > 50, { timeoutMs: 30_000 });

        // Extracted: orders talks to the others over a broker from now on.
        await Promise.all([
          fleet.start(orders, { here: ['orders'], deployable: 'orders', revision: 2, count: LOAD }),
          fleet.start(others, { here: ['inventory', 'shipping'], revision: 2, ...BUSY }),
        ]);
        await stepsBack(first, CONTEXTS);
        await fleet.movesOn();
        await fleet.members[first]?.stop();
        await fleet.members[others]?.kill();
        await eventually(async () => (await waitingIn('from orders to inventory')) > 50, {
          timeoutMs: 30_000,
        });
        const again = fleet.start(others).catch(() => undefined);

        // Absorbed: all is in one process again, which first fetches what the broker holds.
        const former = fleet.transport;
        await fleet.start(last, { transport: { kind: 'in-process' }, former, revision: 3, count: LOAD });
        await stepsBack(orders, ['orders']);
        await stepsBack(others, ['inventory', 'shipping']);
        await fleet.movesOn();
        await fleet.members[orders]?.stop();
        await fleet.members[others]?.stop();
        await again;

        await fleet.rest();
        await fleet.quiet(90_000);
        const { counts, effects, violations } = await fleet.judge();
        expect(violations).toEqual([]);
        expect(effects).toBe(counts * 6);
        expect(counts).toBeGreaterThan(150);
      }),
    240_000,
  );
});
