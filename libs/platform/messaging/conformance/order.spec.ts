import fc from 'fast-check';
import type { DispatcherOptions } from '@banyan/messaging';
import { currentTransaction } from '@banyan/persistence';
import { v7 as uuid } from 'uuid';
import { conformance } from './conformance';
import type { Effect } from './grove';
import { Counted, gate, range, soon } from './messages';
import type { Stage } from './stage';

const handled = (effects: readonly Effect[], subscription: string, key: string): number[] =>
  effects.filter((each) => each.subscription === subscription && each.key === key).map(({ n }) => n);

interface Scenario {
  /** Which keys each transaction publishes, in order. */
  readonly transactions: readonly number[][];
  /** Key and number of messages whose first attempts fail, in one group of two. */
  readonly failing: readonly (readonly [number, number])[];
  readonly batchSize: number;
  readonly fetchSize: number;
  readonly concurrency: number;
}

/** An inventory that is stuck with messages of one key until `open`, and a quick key beside it. */
async function slowKey(stage: Stage, dispatcher: DispatcherOptions = {}) {
  const [slow, quick] = [uuid(), uuid()];
  const { opened, open } = gate();
  const scene = await stage.scene(
    {
      inventory: [
        {
          name: 'note',
          handle: async ({ orderId, n }, message) => {
            if (orderId === slow) await opened;
            await scene.inventory.effect(message, orderId, n);
          },
        },
      ],
    },
    { options: { dispatcher } },
  );
  const { grove, orders, inventory } = scene;
  return { grove, orders, inventory, slow, quick, open };
}

conformance('Order', (clause) => {
  clause('holds per key in each group, whatever fails, comes together, or is batched how', async (stage) => {
    const scenario: fc.Arbitrary<Scenario> = fc.record({
      transactions: fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }), {
        minLength: 5,
        maxLength: 25,
      }),
      failing: fc.array(fc.tuple(fc.nat(4), fc.nat(8)), { maxLength: 5 }),
      batchSize: fc.integer({ min: 1, max: 20 }),
      fetchSize: fc.integer({ min: 2, max: 30 }),
      concurrency: fc.integer({ min: 1, max: 6 }),
    });
    const play = async ({
      transactions,
      failing,
      batchSize,
      fetchSize,
      concurrency,
    }: Scenario): Promise<void> => {
      const keys = range(0, 5).map(() => uuid());
      const toFail = new Set(failing.map(([key, n]) => `${keys[key]}:${n}`));
      const dispatcher = { fetchSize, concurrency, backoffMs: 2, maxBackoffMs: 5 };
      const { grove, orders, inventory, shipping } = await stage.scene(
        {
          inventory: [
            {
              name: 'fragile',
              handle: async ({ orderId, n }, message) => {
                await inventory.effect(message, orderId, n);
                if (message.attempt < 3 && toFail.has(`${orderId}:${n}`)) throw new Error('not yet');
              },
            },
            { name: 'project', group: 'projection' },
          ],
          shipping: [{ name: 'ship' }],
        },
        { options: { relay: { batchSize }, dispatcher } },
      );
      const published = keys.map(() => 0);
      for (const batch of transactions)
        await orders.publish(...batch.map((key) => Counted({ orderId: keys[key]!, n: published[key]!++ })));
      await grove.quiet();

      const [stored, shipped] = [await inventory.effects(), await shipping.effects()];
      await grove.stop();
      keys.forEach((key, index) => {
        const all = range(0, published[index]!);
        expect(handled(stored, 'fragile', key)).toEqual(all);
        expect(handled(stored, 'project', key)).toEqual(all);
        expect(handled(shipped, 'ship', key)).toEqual(all);
      });
    };
    // On a busy machine fewer scenarios are played; none is cut short.
    const enough = performance.now() + 12_000;
    await fc.assert(
      fc.asyncProperty(scenario, async (each) => (performance.now() < enough ? play(each) : undefined)),
      { numRuns: 4, endOnFailure: true },
    );
  });

  clause('holds for what follows messages that die, while more arrive', async (stage) => {
    const keys = range(0, 3).map(() => uuid());
    const { grove, orders, inventory } = await stage.scene(
      {
        inventory: [
          {
            name: 'note',
            handle: async ({ orderId, n }, message) => {
              if (n % 5 === 0) throw new Error('cannot digest');
              await inventory.effect(message, orderId, n);
            },
          },
        ],
      },
      { options: { dispatcher: { maxAttempts: 1, fetchSize: 6, concurrency: 3 } } },
    );

    for (const n of range(0, 60)) await orders.publish(...keys.map((orderId) => Counted({ orderId, n })));
    await grove.quiet();

    for (const key of keys)
      expect(await inventory.numbers('note', key)).toEqual(range(0, 60).filter((n) => n % 5 !== 0));
  });

  clause('lets keys overtake each other: a slow one holds up nobody else', async (stage) => {
    const { slow, quick, open, grove, orders, inventory } = await slowKey(stage);

    for (const n of range(0, 5))
      await orders.publish(Counted({ orderId: slow, n }), Counted({ orderId: quick, n }));

    await soon(async () => (await inventory.numbers('note', quick)).length === 5);
    expect(await inventory.numbers('note', slow)).toEqual([]);
    open();
    await grove.quiet();
    expect(await inventory.numbers('note', slow)).toEqual(range(0, 5));
  });

  clause('of one key with hundreds waiting behind a slow message holds up nobody else', async (stage) => {
    const { slow, quick, open, grove, orders, inventory } = await slowKey(stage, { fetchSize: 40 });

    await orders.publish(...range(0, 300).map((n) => Counted({ orderId: slow, n })));
    await soon(async () => (await inventory.count('inbox')) === 300);
    await orders.publish(...range(0, 5).map((n) => Counted({ orderId: quick, n })));

    await soon(async () => (await inventory.numbers('note', quick)).length === 5);
    expect(await inventory.numbers('note', slow)).toEqual([]);
    open();
    await grove.quiet();
    expect(await inventory.numbers('note', slow)).toEqual(range(0, 300));
  });

  clause('is kept by each group for itself: one that is stuck holds up no other', async (stage) => {
    const orderId = uuid();
    const { opened, open } = gate();
    const { grove, orders, inventory } = await stage.scene({
      inventory: [
        {
          name: 'stuck',
          handle: async ({ n }, message) => {
            await opened;
            await inventory.effect(message, orderId, n);
          },
        },
        { name: 'same-group' },
        { name: 'project', group: 'projection' },
      ],
    });

    for (const n of range(0, 5)) await orders.publish(Counted({ orderId, n }));

    await soon(async () => (await inventory.numbers('project')).length === 5);
    expect(await inventory.numbers('stuck')).toEqual([]);
    open();
    await grove.quiet();
    for (const name of ['stuck', 'same-group']) expect(await inventory.numbers(name)).toEqual(range(0, 5));
  });

  clause('loses nothing to a transaction that writes first and commits last', async (stage) => {
    const { grove, orders, inventory } = await stage.scene({ inventory: [{ name: 'note' }] });
    const [written, committing] = [gate(), gate()];

    const early = orders.database.run(async () => {
      await orders.messaging.outbox.publish(Counted({ orderId: uuid(), n: 1 }));
      currentTransaction()!.beforeCommit.push(async () => {
        written.open();
        await committing.opened;
      });
    });
    await written.opened;
    await orders.publish(Counted({ orderId: uuid(), n: 2 }));
    await soon(async () => expect(await inventory.numbers('note')).toEqual([2]));
    committing.open();
    await early;
    await grove.quiet();

    expect(await inventory.numbers('note')).toEqual([2, 1]);
  });
});
