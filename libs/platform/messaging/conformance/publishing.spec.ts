import { ContractViolation, event, request, SeamMisuse } from '@banyan/contracts';
import { callOut } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import type { TestContext } from './grove';
import { Counted, notes, range, Stored } from './messages';
import type { Stage } from './stage';

const Known = request('inventory.is-known.v1', {
  request: { orderId: z.string() },
  reply: { known: z.boolean() },
});
const Letter = event('orders.letter.v1', { orderId: z.string(), text: z.string() }, { key: 'orderId' });

/** Orders beside an inventory that notes what it is told. */
async function twoContexts(stage: Stage): Promise<{ orders: TestContext; told(): Promise<number[]> }> {
  const grove = await stage.grove({
    policies: (g) => ({ orders: [], inventory: [notes(g, 'inventory', 'note')] }),
    answers: { inventory: [{ contract: Known, answer: async () => ({ known: true }) }] },
  });
  return {
    orders: grove.context('orders'),
    told: async () => {
      await grove.quiet();
      return grove.context('inventory').numbers('note');
    },
  };
}

const counted = (n: number) => Counted({ orderId: uuid(), n });

conformance('Publishing', (clause) => {
  clause('tells what happened if and only if the transaction commits', async (stage) => {
    const { orders, told } = await twoContexts(stage);
    const { database, messaging } = orders;

    await expect(
      database.run(async () => {
        await messaging.outbox.publish(counted(1));
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await database.run(() => messaging.outbox.publish(counted(2)));

    expect(await told()).toEqual([2]);
    expect(await orders.count('event_log')).toBe(1);
  });

  clause('stores the events with the business write, or neither', async (stage) => {
    const { orders, told } = await twoContexts(stage);
    const { database, messaging } = orders;
    const write = (n: number) => database.query(`INSERT INTO effects (key, n) VALUES ('order', $1)`, [n]);

    await database.run(async () => {
      await write(1);
      await messaging.outbox.publish(counted(1));
    });
    await database
      .run(async () => {
        await messaging.outbox.publish(counted(2));
        await write(2);
        await database.query('SELECT 1 / 0');
      })
      .catch(() => undefined);

    expect(await told()).toEqual([1]);
    expect((await orders.effects()).map(({ n }) => n)).toEqual([1]);
  });

  clause('keeps the order in which a transaction published', async (stage) => {
    const { orders, told } = await twoContexts(stage);
    const orderId = uuid();

    await orders.publish(...range(0, 50).map((n) => Counted({ orderId, n })));

    expect(await told()).toEqual(range(0, 50));
  });

  clause('adds nothing to a transaction when there is nothing to tell', async (stage) => {
    const { orders } = await twoContexts(stage);

    await orders.publish();

    expect(await orders.count('outbox')).toBe(0);
  });

  clause('throws outside a transaction', async (stage) => {
    const { orders } = await twoContexts(stage);

    await expect(orders.messaging.outbox.publish(counted(1))).rejects.toThrow(SeamMisuse);

    expect(await orders.count('outbox')).toBe(0);
  });

  clause('refuses an event of another context', async (stage) => {
    const { orders } = await twoContexts(stage);

    await expect(orders.publish(Stored({ orderId: uuid(), n: 1 }))).rejects.toThrow(SeamMisuse);
  });

  clause(
    'refuses, and rolls back, what weighs more than 256 KB, and carries what weighs just less',
    async (stage) => {
      const grove = await stage.grove({
        policies: (g) => ({
          orders: [],
          inventory: [
            {
              on: Letter,
              name: 'read',
              handle: ({ orderId, text }, message) =>
                g().context('inventory').effect(message, orderId, text.length),
            },
          ],
        }),
      });
      const orderId = uuid();
      const frame = JSON.stringify({ orderId, text: '' }).length;
      const letter = (bytes: number) => Letter({ orderId, text: 'x'.repeat(bytes - frame) });

      await expect(grove.context('orders').publish(letter(256 * 1024 + 1))).rejects.toThrow(
        ContractViolation,
      );
      await grove.context('orders').publish(letter(256 * 1024));
      await grove.quiet();

      expect(await grove.context('inventory').numbers('read')).toEqual([256 * 1024 - frame]);
    },
  );
});

conformance('A transaction', (clause) => {
  clause('is no place to ask another context in', async (stage) => {
    const { orders } = await twoContexts(stage);
    const ask = () => orders.contexts.ask(Known, { orderId: 'o-1' });

    await expect(orders.database.run(ask)).rejects.toThrow(SeamMisuse);
  });

  clause('is no place to call out in', async (stage) => {
    const { orders } = await twoContexts(stage);
    let called = false;
    const call = () => callOut('the provider', { deadlineMs: 1_000 }, async () => (called = true));

    await expect(orders.database.run(call)).rejects.toThrow(SeamMisuse);
    expect(called).toBe(false);
    await expect(call()).resolves.toBe(true);
  });

  clause('does not commit after a throw inside a nested run, even when that was caught', async (stage) => {
    const { orders, told } = await twoContexts(stage);
    const { database, messaging } = orders;

    const act = database.run(async () => {
      await messaging.outbox.publish(counted(1));
      await database
        .run(async () => {
          throw new Error('inside');
        })
        .catch(() => undefined);
      await messaging.outbox.publish(counted(2));
    });

    await expect(act).rejects.toThrow('inside');
    expect(await told()).toEqual([]);
  });

  clause('does not commit in silence when the error of one of its statements was caught', async (stage) => {
    const { orders, told } = await twoContexts(stage);
    const { database, messaging } = orders;

    const withEvent = database.run(async () => {
      await messaging.outbox.publish(counted(1));
      await database.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(withEvent).rejects.toThrow();
    const withoutEvent = database.run(async () => {
      await database.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(withoutEvent).rejects.toThrow(/rolled back/);

    expect(await told()).toEqual([]);
  });

  clause('belongs to one context alone', async (stage) => {
    const grove = await stage.grove({ policies: () => ({ orders: [], inventory: [] }) });
    const [orders, inventory] = [grove.context('orders'), grove.context('inventory')];

    await expect(orders.database.run(() => inventory.database.query('SELECT 1'))).rejects.toThrow(SeamMisuse);
    await expect(
      orders.database.run(() => inventory.publish(Stored({ orderId: 'o', n: 1 }))),
    ).rejects.toThrow(SeamMisuse);
  });
});
