import { DatabaseUnavailable } from '@banyan/persistence';
import { v7 as uuid } from 'uuid';
import { conformance } from './conformance';
import type { Grove, TestPolicies } from './grove';
import { Counted, notes, range, soon } from './messages';

/** Notes which of several instances acted. */
const policies =
  (instance: string) =>
  (g: () => Grove): TestPolicies => ({
    orders: [],
    inventory: [
      notes(g, 'inventory', 'note', {
        handle: ({ orderId, n }, message) => g().context('inventory').effect(message, orderId, n, instance),
      }),
    ],
  });

const options = { tickMs: 100, dispatcher: { pollMs: 500 } };
const keys = range(0, 24).map(() => uuid());

const publish = async (grove: Grove, numbers: readonly number[]) => {
  for (const n of numbers)
    await grove.context('orders').publish(...keys.map((orderId) => Counted({ orderId, n })));
};

/** Publishes, a number at a time, until both instances have acted in this stretch. */
async function untilActive(grove: Grove, from: number, instances: readonly string[]): Promise<number> {
  const next = { n: from };
  await soon(async () => {
    await publish(grove, [next.n++]);
    const recent = (await grove.context('inventory').effects()).filter(({ n }) => n >= from);
    expect(new Set(recent.map(({ note }) => note))).toEqual(new Set(instances));
  });
  return next.n;
}

const expectOrder = async (grove: Grove, count: number) => {
  for (const key of keys)
    expect(await grove.context('inventory').numbers('note', key)).toEqual(range(0, count));
};

conformance('Instances of one context', (clause) => {
  clause('share its inbox without breaking the order of a key, whoever comes and goes', async (stage) => {
    const one = await stage.grove({ policies: policies('one'), options });
    let next = await untilActive(one, 0, ['one']);

    const two = await stage.grove({ policies: policies('two'), options });
    next = await untilActive(one, next, ['one', 'two']);
    next = await untilActive(two, next, ['one', 'two']);
    const stopped = one.stop();
    await publish(two, range(next, next + 5));
    next += 5;
    await stopped;
    next = await untilActive(two, next, ['two']);
    await two.quiet();

    await expectOrder(two, next);
    expect(await two.context('inventory').messaging.deadLetters.list()).toEqual([]);
  });

  clause(
    'send a context’s events from one of them at a time, and go on when that one leaves',
    async (stage) => {
      const one = await stage.grove({ policies: policies('one'), options });
      const two = await stage.grove({ policies: policies('two'), options });

      await publish(two, range(0, 5));
      await one.stop();
      await publish(two, range(5, 10));
      await two.quiet();

      await expectOrder(two, 10);
    },
  );
});

/** Resolves when a process works on none of these contexts any more. */
const steppedBack = (grove: Grove, ...contexts: string[]) =>
  soon(() =>
    contexts.every((context) =>
      grove
        .context(context)
        .messaging.problems()
        .some((each) => /revision 2.*steps back/.test(each)),
    ),
  );

conformance('A newer placement', (clause) => {
  clause('makes processes of an older one step back, with every message arriving once', async (stage) => {
    const older = await stage.grove({ policies: policies('older'), options });
    await publish(older, range(0, 10));

    const newer = await stage.grove({ policies: policies('newer'), revision: 2, options });
    await steppedBack(older, 'orders', 'inventory');
    await publish(newer, range(10, 20));
    await newer.quiet();

    await expectOrder(newer, 20);
    const late = (await newer.context('inventory').effects()).filter(({ n }) => n >= 10);
    expect(new Set(late.map(({ note }) => note))).toEqual(new Set(['newer']));
  });

  clause('lets processes of an older one serve on, and sends and works on what they tell', async (stage) => {
    const older = await stage.grove({ policies: policies('older'), options });
    const newer = await stage.grove({ policies: policies('newer'), revision: 2, options });
    await steppedBack(older, 'orders', 'inventory');
    expect(older.context('orders').messaging.servesOn).toBe(true);

    for (const n of range(0, 5)) {
      await publish(older, [2 * n]);
      await publish(newer, [2 * n + 1]);
    }
    await newer.quiet();

    await expectOrder(newer, 10);
    const effects = await newer.context('inventory').effects();
    expect(new Set(effects.map(({ note }) => note))).toEqual(new Set(['newer']));
  });

  clause('closes the databases of its contexts to processes of an older one after a while', async (stage) => {
    const briefly = { ...options, servesOnMs: 200 };
    const older = await stage.grove({ policies: policies('older'), options: briefly });
    const newer = await stage.grove({ policies: policies('newer'), revision: 2, options });
    const orders = older.context('orders');
    await steppedBack(older, 'orders');
    await soon(() => expect(orders.database.query('SELECT 1')).rejects.toThrow(/revision 2/));

    expect(orders.messaging.servesOn).toBe(false);
    await expect(orders.publish(Counted({ orderId: uuid(), n: 1 }))).rejects.toThrow(DatabaseUnavailable);

    await newer.quiet();
    expect(await newer.context('inventory').count('effects')).toBe(0);
  });

  clause('is heeded at once by a process of an older one that starts late', async (stage) => {
    await stage.grove({ policies: policies('newer'), revision: 2, options });
    const late = await stage.groveSoon({ policies: policies('late'), options });
    await steppedBack(late, 'orders');

    await expect(late.context('orders').database.query('SELECT 1')).rejects.toThrow(/revision 2/);
  });

  clause('is not undone by a process of an older one that starts late', async (stage) => {
    const newer = await stage.grove({ policies: policies('newer'), revision: 2, options });
    const late = await stage.groveSoon({ policies: policies('late'), options });

    await steppedBack(late, 'inventory');
    await publish(newer, range(0, 5));
    await newer.quiet();

    const effects = await newer.context('inventory').effects();
    expect(new Set(effects.map(({ note }) => note))).toEqual(new Set(['newer']));
    await expectOrder(newer, 5);
  });
});
