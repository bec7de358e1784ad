import { event } from '@banyan/contracts';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import type { Grove, TestPolicies, TestPolicy } from './grove';
import { Counted, notes, range, soon } from './messages';

/** Writes down which code acted. */
const by = (code: string, g: () => Grove, name: string, more: Partial<TestPolicy> = {}): TestPolicy =>
  notes(g, 'inventory', name, {
    handle: ({ orderId, n }, message) => g().context('inventory').effect(message, orderId, n, code),
    ...more,
  });

const oldCode = (g: () => Grove): TestPolicies => ({
  orders: [],
  inventory: [by('old', g, 'kept'), by('old', g, 'removed'), by('old', g, 'first-name')],
});
const newCode = (g: () => Grove): TestPolicies => ({
  orders: [],
  inventory: [
    by('new', g, 'kept'),
    by('new', g, 'added'),
    by('new', g, 'second-name', { formerly: 'first-name' }),
  ],
});
const code = { old: oldCode, new: newCode };
const options = { tickMs: 100, dispatcher: { pollMs: 200 } };

conformance('Two code versions on one inbox', (clause) => {
  for (const [first, second] of [
    ['old', 'new'],
    ['new', 'old'],
  ] as const) {
    clause(`work side by side, each on what it knows, when the ${first} one starts first`, async (stage) => {
      const one = await stage.grove({ policies: code[first], options });
      const other = await stage.grove({ policies: code[second], options });
      const keys = range(0, 6).map(() => uuid());

      for (const n of range(0, 5))
        for (const grove of [one, other])
          await grove
            .context('orders')
            .publish(...keys.map((orderId) => Counted({ orderId, n: grove === one ? n : n + 100 })));
      await Promise.all([one.quiet(), other.quiet()]);

      const effects = await one.context('inventory').effects();
      for (const name of ['kept', 'removed', 'added', 'first-name']) {
        const own = effects.filter(({ subscription }) => subscription === name);
        expect(own).toHaveLength(10 * keys.length);
        for (const key of keys)
          expect(new Set(own.filter((effect) => effect.key === key).map(({ n }) => n)).size).toBe(10);
      }
      const actors = (name: string) =>
        new Set(effects.filter(({ subscription }) => subscription === name).map(({ note }) => note));
      expect(actors('removed')).toEqual(new Set(['old']));
      expect(actors('added')).toEqual(new Set(['new']));
      expect(await one.context('inventory').messaging.deadLetters.list()).toEqual([]);
    });
  }

  clause('keep the order of a key while one takes over from the other', async (stage) => {
    const keys = range(0, 6).map(() => uuid());
    const old = await stage.grove({ policies: oldCode, options });
    const publish = async (grove: Grove, numbers: readonly number[]) => {
      for (const n of numbers)
        await grove.context('orders').publish(...keys.map((orderId) => Counted({ orderId, n })));
    };

    await publish(old, range(0, 10));
    const fresh = await stage.grove({ policies: newCode, options });
    await publish(old, range(10, 20));
    const stopped = old.stop();
    await publish(fresh, range(20, 30));
    await stopped;
    await soon(async () => {
      const inventory = fresh.context('inventory');
      for (const key of keys)
        for (const name of ['kept', 'first-name'])
          expect(await inventory.numbers(name, key)).toEqual(range(0, 30));
    });
  });

  clause('keep the order of a key from the first event that only the newer one acts on', async (stage) => {
    // It learns who else is there only when it meets what it cannot read.
    const old = await stage.grove({ policies: oldCode, options: { ...options, tickMs: 60_000 } });
    await stage.grove({ policies: newCode, options });
    const orderId = uuid();

    await old.context('orders').publish(...range(0, 3).map((n) => Counted({ orderId, n })));

    const inventory = old.context('inventory');
    await soon(async () => expect(await inventory.numbers('added')).toEqual(range(0, 3)));
    await soon(async () => expect(await inventory.numbers('kept')).toEqual(range(0, 3)));
    const numbers = (await inventory.effects()).map(({ n }) => n);
    expect(numbers).toEqual([...numbers].sort());
  });

  clause(
    'know a renamed subscription by its first name: what one handled the other does not',
    async (stage) => {
      const old = await stage.grove({ policies: oldCode, options });
      const orderId = uuid();
      await old.context('orders').publish(...range(0, 5).map((n) => Counted({ orderId, n })));
      await old.quiet();
      await old.stop();

      const fresh = await stage.grove({ policies: newCode, options });
      const { messaging } = fresh.context('orders');
      await messaging.eventLog.republish({ to: 'inventory' });
      await fresh.context('orders').publish(Counted({ orderId, n: 5 }));
      await soon(async () => expect(await fresh.context('inventory').numbers('first-name')).toContain(5));

      expect(await fresh.context('inventory').numbers('first-name')).toEqual(range(0, 6));
      // Added later, it acts on what it has not seen: the repetition was its first copy.
      expect(await fresh.context('inventory').numbers('added')).toEqual(range(0, 6));
    },
  );
});

conformance('What no running code knows', (clause) => {
  clause('waits, where everybody can see it, for the code that does', async (stage) => {
    const old = await stage.grove({ policies: oldCode, options });
    await old.stop();
    const fresh = await stage.grove({ policies: newCode, options });
    const orderId = uuid();

    await fresh.context('orders').publish(...range(0, 5).map((n) => Counted({ orderId, n })));
    await soon(async () => expect(await fresh.context('inventory').numbers('kept')).toEqual(range(0, 5)));
    expect(await fresh.context('inventory').count(`inbox WHERE subscription = 'removed'`)).toBe(5);
    const again = await stage.grove({ policies: oldCode, options });
    await again.quiet();

    expect(await fresh.context('inventory').numbers('removed')).toEqual(range(0, 5));
  });

  clause(
    'dies, with its reason, when nobody comes who does; later messages are not kept for it',
    async (stage) => {
      const old = await stage.grove({ policies: oldCode, options });
      await old.stop();
      const patient = await stage.grove({ policies: newCode, options });
      await patient.context('orders').publish(Counted({ orderId: uuid(), n: 1 }));
      await soon(async () => expect(await patient.context('inventory').numbers('kept')).toEqual([1]));
      await patient.stop();

      const impatient = await stage.grove({
        policies: newCode,
        options: { ...options, retention: { unknownMs: 200 } },
      });
      const inventory = impatient.context('inventory');
      await soon(async () =>
        expect(await inventory.messaging.deadLetters.list()).toMatchObject([
          { subscription: 'removed', error: 'no running code knows this subscription', attempts: 0 },
        ]),
      );
      await soon(async () =>
        expect(await inventory.count(`subscriptions WHERE identity = 'removed'`)).toBe(0),
      );
      await impatient.context('orders').publish(Counted({ orderId: uuid(), n: 2 }));
      await impatient.quiet();

      expect(await inventory.messaging.deadLetters.list()).toHaveLength(1);
      expect(await inventory.numbers('kept')).toEqual([1, 2]);
    },
  );
});

const MovedV1 = event('orders.moved.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });
const MovedV2 = event(
  'orders.moved.v2',
  { orderId: z.string(), step: z.object({ n: z.int(), unit: z.string() }) },
  {
    key: 'orderId',
    previous: {
      contract: MovedV1,
      toPrevious: ({ orderId, step }) => ({ orderId, n: step.n }),
      fromPrevious: ({ orderId, n }: z.output<typeof MovedV1.schema>) => ({
        orderId,
        step: { n, unit: 'step' },
      }),
    },
  },
);

conformance('An event that moves to a new version', (clause) => {
  const readsV1 = (g: () => Grove): TestPolicies => ({
    orders: [],
    inventory: [
      {
        on: MovedV1,
        name: 'follow',
        handle: ({ orderId, n }, message) => g().context('inventory').effect(message, orderId, n, 'v1'),
      },
    ],
    shipping: [notes(g, 'shipping', 'still-old', { on: MovedV1 })],
  });
  const readsV2 = (g: () => Grove): TestPolicies => ({
    orders: [],
    inventory: [
      {
        on: MovedV2,
        name: 'follow',
        handle: ({ orderId, step }, message) =>
          g().context('inventory').effect(message, orderId, step.n, `v2 ${step.unit}`),
      },
    ],
    shipping: [notes(g, 'shipping', 'still-old', { on: MovedV1 })],
  });
  const publishV1 = (grove: Grove, orderId: string, n: number) =>
    grove.context('orders').publish(MovedV1({ orderId, n }));
  const publishV2 = (grove: Grove, orderId: string, n: number) =>
    grove.context('orders').publish(MovedV2({ orderId, step: { n, unit: 'metre' } }));

  clause('acts once per subscription, under load, with old and new code on both sides', async (stage) => {
    const keys = range(0, 5).map(() => uuid());
    const old = await stage.grove({ policies: readsV1, options });
    const load = async (grove: Grove, publish: typeof publishV1, numbers: readonly number[]) => {
      for (const n of numbers) await Promise.all(keys.map((key) => publish(grove, key, n)));
    };

    await load(old, publishV1, range(0, 10));
    const fresh = await stage.grove({ policies: readsV2, options });
    await load(old, publishV1, range(10, 20));
    await load(fresh, publishV2, range(20, 30));
    await load(old, publishV1, range(30, 35));
    const stopped = old.stop();
    await load(fresh, publishV2, range(35, 45));
    await stopped;
    await fresh.quiet();

    for (const key of keys) {
      expect(await fresh.context('inventory').numbers('follow', key)).toEqual(range(0, 45));
      expect(await fresh.context('shipping').numbers('still-old', key)).toEqual(range(0, 45));
    }
  });

  clause('leaves in all its versions under one id, the oldest first', async (stage) => {
    const grove = await stage.grove({ policies: readsV2, options });

    await publishV2(grove, 'o-1', 1);
    await grove.quiet();

    const log = await grove
      .context('orders')
      .database.query<{ id: string; type: string }>('SELECT id, type FROM event_log ORDER BY position');
    expect(log.map(({ type }) => type)).toEqual(['orders.moved.v1', 'orders.moved.v2']);
    expect(new Set(log.map(({ id }) => id)).size).toBe(1);
    expect(await grove.context('inventory').count('effects')).toBe(1);
  });

  clause('is read as the new one where only an old copy waits', async (stage) => {
    const old = await stage.grove({ policies: readsV1, options, here: ['orders'] });
    await publishV1(old, 'o-1', 1);
    await soon(async () => expect(await old.context('orders').count('event_log')).toBe(1));
    await old.stop();

    const fresh = await stage.grove({ policies: readsV2, options });
    await fresh.quiet();

    expect((await fresh.context('inventory').effects()).map(({ n, note }) => [n, note])).toEqual([
      [1, 'v2 step'],
    ]);
  });
});
