import { setTimeout as sleep } from 'node:timers/promises';
import { event, subscribersOf } from '@banyan/contracts';
import {
  type Delivery,
  failpoints,
  InProcessTransport,
  type Transport,
  type TransportMessage,
} from '@banyan/messaging';
import { eventually, testBroker } from '@banyan/testing';
import { z } from 'zod';
import { applyTopology, RabbitTransport } from '../src/rabbitmq';
import { Chance, replayable, seed } from './children/chance';
import type { Armed } from './children/commands';
import { Fleet, type FleetSettings } from './children/fleet';
import {
  Grove,
  type GroveSettings,
  type Ground,
  inOneProcess,
  mapOf,
  prepareGround,
  type TestPolicies,
} from './grove';

/*
 * A guard that no test misses is no guard. Each is switched off here, and the promise it keeps is seen to break, in the
 * same run in which it holds with the guard on.
 */

interface Removal {
  readonly guard: string;
  readonly transport: FleetSettings['transport'];
  /** Where a process dies meanwhile. */
  readonly dies: Armed;
  /** What breaks without the guard. */
  readonly breaks: RegExp;
}

const removals: Removal[] = [
  {
    guard: 'inbox.deduplication',
    transport: 'in-process',
    dies: { point: 'relay.after-send', at: 4 },
    breaks: /acted twice on/,
  },
  {
    guard: 'inbox.mark-in-transaction',
    transport: 'in-process',
    dies: { point: 'handle.after-commit', at: 9 },
    breaks: /acted twice on/,
  },
  {
    guard: 'outbox.in-transaction',
    transport: 'in-process',
    dies: { point: 'handle.before-commit', at: 20 },
    breaks: /which was never committed|acted twice on/,
  },
  {
    guard: 'rabbitmq.ack-after-store',
    transport: 'rabbitmq',
    // Long enough for a busy broker to take the acknowledgement.
    dies: { point: 'rabbitmq.after-delivery', at: 4, afterMs: 500 },
    breaks: /never acted on/,
  },
];

describe('Without its guard, a promise is seen to break:', () => {
  it.each(removals)(
    '$guard',
    ({ guard, transport, dies, breaks }) =>
      replayable(async () => {
        const [kept, broken] = await Promise.all([
          violationsOf({ transport, seed, watched: true }, dies),
          violationsOf({ transport, seed, watched: true, guardsRemoved: [guard] }, dies),
        ]);

        expect(kept).toEqual([]);
        expect(broken.filter((violation) => breaks.test(violation))).not.toEqual([]);
      }),
    120_000,
  );
});

/** What a crash under load breaks. */
async function violationsOf(settings: FleetSettings, dies: Armed): Promise<string[]> {
  const fleet = await Fleet.prepare(settings);
  try {
    await fleet.start(0, {
      count: { keys: ['a', 'b', 'c'], writers: 3, pauseMs: 10, limit: 150 },
      armed: { ...dies },
    });
    await eventually(() => !fleet.members[0]?.alive, { timeoutMs: 30_000 });
    await fleet.start(0, {});
    await (settings.guardsRemoved ? fleet.still() : fleet.quiet(40_000));
    return (await fleet.judge()).violations;
  } finally {
    await fleet.end();
  }
}

const Counted = event('orders.counted.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });

describe('Without its guard, a promise is seen to break, here', () => {
  let ground: Ground;
  const groves: Grove[] = [];
  beforeEach(async () => {
    ground = await prepareGround(['orders', 'inventory']);
  });
  afterEach(async () => {
    failpoints.removedGuards.clear();
    failpoints.hit = undefined;
    await Promise.all(groves.splice(0).map((grove) => grove.stop()));
    await ground.drop();
  });

  const policies = (grove: () => Grove): TestPolicies => ({
    orders: [],
    inventory: [
      {
        on: Counted,
        name: 'reserve',
        handle: ({ orderId, n }, message) => grove().context('inventory').effect(message, orderId, n),
      },
    ],
  });
  const start = async (settings: Partial<GroveSettings> = {}): Promise<Grove> => {
    const grove = await Grove.start({ ground, policies, ...settings });
    groves.push(grove);
    return grove;
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

  describe.each(['on', 'off'])('%s:', (state) => {
    const remove = (guard: string): void => {
      if (state === 'off') failpoints.removedGuards.add(guard);
    };
    const expected = <T>(whole: T): jest.JestMatchers<T> | jest.JestMatchers<T>['not'] => {
      const promise = expect(whole);
      return state === 'on' ? promise : promise.not;
    };

    it('relay.from-the-head, and a transaction that commits late arrives', async () => {
      remove('relay.from-the-head');
      const orders = (await (await start()).ready()).context('orders');
      let commit: (() => void) | undefined;
      failpoints.hit = (name) => {
        if (name !== 'outbox.after-insert' || commit) return;
        return new Promise((resolve) => (commit = resolve));
      };

      const late = orders.publish(Counted({ orderId: 'late', n: 0 }));
      await eventually(() => commit !== undefined);
      await orders.publish(Counted({ orderId: 'early', n: 0 }));
      await eventually(async () => (await orders.count('event_log')) === 1);
      commit?.();
      await late;
      await groves[0]?.quiet(state === 'on' ? 20_000 : 1_000).catch(() => undefined);

      expected(await orders.count('event_log')).toBe(2);
    });

    it('relay.one-per-key, and a key stays in order when sending fails now and then', () =>
      replayable(async () => {
        remove('relay.one-per-key');
        const chance = new Chance(seed);
        const grove = await start({
          transport: (map) =>
            new Unsteady(
              new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type) }),
              chance,
            ),
          options: { relay: { batchSize: 4, overlap: 3 } },
        });
        await grove.ready();

        for (const n of upTo(60)) await grove.context('orders').publish(Counted({ orderId: 'one', n }));
        await grove.quiet();

        expected(await grove.context('inventory').numbers('reserve', 'one')).toEqual(upTo(60));
      }));

    it('placement.revision, and a process of an older placement no longer overtakes', async () => {
      remove('placement.revision');
      const broker = await testBroker(['orders', 'inventory']);
      const map = mapOf(policies(() => undefined as never));
      await applyTopology({ ...broker, map });
      const wiring = {
        name: 'rabbitmq',
        apart: true,
        transport: () =>
          new RabbitTransport({ ...broker, subscribersOf: (type) => subscribersOf(map, type) }),
      } as const;
      const publish = (grove: Grove, n: number): Promise<void> =>
        grove.context('orders').publish(Counted({ orderId: 'one', n }));
      const later = upTo(6).slice(3);
      try {
        const first = await (await start({ wiring, revision: 2, here: ['orders'] })).ready();
        for (const n of upTo(3)) await publish(first, n);
        await eventually(async () => (await first.context('orders').count('outbox')) === 0);
        await groves.pop()?.stop();

        // Somebody starts yesterday's monolith.
        const old = await start({ wiring: inOneProcess, revision: 1 });
        await eventually(
          () => old.problems().some((problem) => /steps back/.test(problem)) || old.problems().length === 0,
        );
        const taken: number[] = [];
        for (const n of later)
          await publish(old, n).then(
            () => taken.push(n),
            () => undefined,
          );
        await eventually(async () => (await old.context('inventory').count('effects')) === taken.length);
        await groves.pop()?.stop();

        const now = await (await start({ wiring, revision: 2 })).ready();
        for (const n of later) if (!taken.includes(n)) await publish(now, n);
        await eventually(async () => (await now.context('inventory').count('effects')) === 6);
        expected(await now.context('inventory').numbers('reserve', 'one')).toEqual(upTo(6));
      } finally {
        await Promise.all(groves.splice(0).map((grove) => grove.stop()));
        await broker.drop({ queues: [`${broker.prefix}.dead`], exchanges: [`${broker.prefix}.dead`] });
      }
    });
  });
});

/** Takes some batches, and only after a while, and others not at all. */
class Unsteady implements Transport {
  readonly name = 'in-process';
  constructor(
    private readonly inner: Transport,
    private readonly chance: Chance,
  ) {}

  async send(
    messages: readonly TransportMessage[],
    ...rest: [string?, ReadonlySet<string>?]
  ): Promise<Delivery[]> {
    await sleep(this.chance.below(15));
    if (this.chance.below(2) === 0) return messages.map(() => ({ outcome: 'unsent', reason: 'not now' }));
    return this.inner.send(messages, ...rest);
  }

  open = () => this.inner.open();
  receive: Transport['receive'] = (...given) => this.inner.receive(...given);
  whenReady = () => this.inner.whenReady();
  problems = () => this.inner.problems();
  close = () => this.inner.close();
}
