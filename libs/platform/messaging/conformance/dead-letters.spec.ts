import { event } from '@banyan/contracts';
import { LaterMessagesHandled } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import { Counted, soon } from './messages';
import type { Stage } from './stage';

const Placed = event('orders.placed.v1', { orderId: z.string() }, { key: 'orderId' });
const Cancelled = event('orders.cancelled.v1', { orderId: z.string() }, { key: 'orderId' });

/** Gives up at the second attempt. */
const options = { dispatcher: { backoffMs: 2, maxBackoffMs: 5, maxAttempts: 2 } };

/** An inventory whose policy fails until it is repaired. */
async function fragileInventory(stage: Stage) {
  const broken = { is: true, on: 0 };
  const scene = await stage.scene(
    {
      inventory: [
        {
          name: 'fragile',
          handle: async ({ orderId, n }, message) => {
            await scene.inventory.effect(message, orderId, n, `attempt ${message.attempt}`);
            if (broken.is && n === broken.on) throw new Error('broken');
          },
        },
        { name: 'healthy' },
      ],
    },
    { options },
  );
  const { grove, orders, inventory } = scene;
  return { broken, grove, orders, inventory, letters: inventory.messaging.deadLetters };
}

conformance('A dead letter', (clause) => {
  clause('acts once when it is replayed after a repair, with its attempts forgotten', async (stage) => {
    const { broken, grove, orders, inventory, letters } = await fragileInventory(stage);
    await orders.publish(Counted({ orderId: uuid(), n: 0 }));
    await grove.quiet();
    const [letter] = await letters.list();

    broken.is = false;
    await expect(letters.replay(letter!.id, 'fragile')).resolves.toBe(true);
    await grove.quiet();

    const effects = await inventory.effects();
    expect(effects.filter(({ subscription }) => subscription === 'fragile')).toMatchObject([
      { n: 0, note: 'attempt 1' },
    ]);
    expect(effects.filter(({ subscription }) => subscription === 'healthy')).toHaveLength(1);
    expect(await letters.list()).toEqual([]);
  });

  clause('can die again', async (stage) => {
    const { grove, orders, letters } = await fragileInventory(stage);
    await orders.publish(Counted({ orderId: uuid(), n: 0 }));
    await grove.quiet();
    const [first] = await letters.list();

    await letters.replay(first!.id, 'fragile');
    await grove.quiet();

    const [second, ...others] = await letters.list();
    expect(others).toEqual([]);
    expect(second).toMatchObject({ id: first!.id, attempts: 2 });
  });

  clause('that is discarded is gone for good: sent again, it does not act', async (stage) => {
    const { broken, grove, orders, inventory, letters } = await fragileInventory(stage);
    await orders.publish(Counted({ orderId: uuid(), n: 0 }));
    await grove.quiet();
    const [letter] = await letters.list();

    await expect(letters.discard(letter!.id, 'fragile')).resolves.toBe(true);
    broken.is = false;
    await orders.messaging.eventLog.republish({ to: 'inventory' });
    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(await letters.list()).toEqual([]);
    expect(await inventory.numbers('fragile')).toEqual([1]);
  });

  clause('sent again while it lies there does not act', async (stage) => {
    const { broken, grove, orders, inventory, letters } = await fragileInventory(stage);
    await orders.publish(Counted({ orderId: uuid(), n: 0 }));
    await grove.quiet();

    broken.is = false;
    await orders.messaging.eventLog.republish({ to: 'inventory' });
    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(await letters.list()).toHaveLength(1);
    expect(await inventory.numbers('fragile')).toEqual([1]);
  });

  clause('that is not there can neither be replayed nor discarded', async (stage) => {
    const { letters } = await fragileInventory(stage);

    await expect(letters.replay(uuid(), 'fragile')).resolves.toBe(false);
    await expect(letters.discard(uuid(), 'fragile')).resolves.toBe(false);
  });

  clause('with later messages of its key handled names them, and wants force', async (stage) => {
    const { broken, grove, orders, inventory, letters } = await fragileInventory(stage);
    const [orderId, another] = [uuid(), uuid()];
    await orders.publish(Counted({ orderId, n: 0 }));
    await orders.publish(Counted({ orderId, n: 1 }), Counted({ orderId: another, n: 2 }));
    await grove.quiet();
    const [letter] = await letters.list();
    const later = (await inventory.effects()).filter(
      ({ subscription, key, n }) => subscription === 'fragile' && key === orderId && n === 1,
    );
    broken.is = false;

    const refusal = await letters.replay(letter!.id, 'fragile').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LaterMessagesHandled);
    expect((refusal as LaterMessagesHandled).later).toContainEqual({
      id: later[0]!.id,
      subscription: 'fragile',
    });
    expect((refusal as LaterMessagesHandled).later.map(({ id }) => id)).not.toContain(
      (await inventory.effects()).find(({ key }) => key === another)!.id,
    );
    expect(await letters.list()).toHaveLength(1);

    await expect(letters.replay(letter!.id, 'fragile', { force: true })).resolves.toBe(true);
    await grove.quiet();
    expect(await inventory.numbers('fragile', orderId)).toEqual([1, 0]);
  });

  clause(
    'is replayed with all others, the oldest first, unless later messages were handled',
    async (stage) => {
      const { broken, grove, orders, inventory, letters } = await fragileInventory(stage);
      const [single, orderId] = [uuid(), uuid()];
      await orders.publish(Counted({ orderId: single, n: 0 }));
      for (let times = 0; times < 3; times++) await orders.publish(Counted({ orderId, n: 0 }));
      await grove.quiet();
      const dead = await letters.list();
      const [first, second, third] = dead
        .filter(({ key }) => key === orderId)
        .map(({ id }) => id)
        .sort();
      broken.is = false;

      await expect(letters.replayAll({ subscription: 'healthy' })).resolves.toEqual({
        replayed: 0,
        left: [],
      });
      const { replayed, left } = await letters.replayAll();
      await grove.quiet();

      // Its neighbour in the group has handled the later ones of the key, but none after the third.
      expect(dead).toHaveLength(4);
      expect(replayed).toBe(2);
      expect(left.map(({ id, subscription }) => [id, subscription])).toEqual([
        [first, 'fragile'],
        [second, 'fragile'],
      ]);
      expect((await letters.list()).map(({ id }) => id).sort()).toEqual([first, second]);

      await expect(letters.replayAll({ force: true })).resolves.toEqual({ replayed: 2, left: [] });
      await grove.quiet();
      const acted = (await inventory.effects()).filter(
        ({ subscription, key }) => subscription === 'fragile' && key === orderId,
      );
      expect(acted.map(({ id }) => id)).toEqual([third, first, second]);
    },
  );

  clause('replayed after a cancellation is refused by the tombstone that this left', async (stage) => {
    const stock = { reachable: false };
    const { grove, orders, inventory } = await stage.scene(
      {
        inventory: [
          {
            on: Placed,
            name: 'reserve',
            handle: async ({ orderId }, message) => {
              if (!stock.reachable) throw new Error('stock is locked');
              const ended = (await inventory.effects()).some(
                ({ key, note }) => key === orderId && note === 'ended',
              );
              if (!ended) await inventory.effect(message, orderId, 0, 'reserved');
            },
          },
          {
            on: Cancelled,
            name: 'release',
            handle: ({ orderId }, message) => inventory.effect(message, orderId, 0, 'ended'),
          },
        ],
      },
      { options },
    );
    const { deadLetters } = inventory.messaging;
    const orderId = uuid();
    await orders.publish(Placed({ orderId }));
    await soon(async () => (await deadLetters.list()).length === 1);
    await orders.publish(Cancelled({ orderId }));
    await grove.quiet();
    const [letter] = await deadLetters.list();
    stock.reachable = true;

    await expect(deadLetters.replay(letter!.id, 'reserve')).rejects.toThrow(LaterMessagesHandled);
    await deadLetters.replay(letter!.id, 'reserve', { force: true });
    await grove.quiet();

    expect((await inventory.effects()).map(({ note }) => note)).toEqual(['ended']);
    expect(await deadLetters.list()).toEqual([]);
  });
});
