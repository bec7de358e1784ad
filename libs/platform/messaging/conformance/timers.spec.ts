import { SeamMisuse, timer } from '@banyan/contracts';
import { causation } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import type { Grove, TestPolicies } from './grove';
import { Counted, notes, range, soon } from './messages';

const Expired = timer('orders.checkout-expired.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });

const policies = (g: () => Grove): TestPolicies => ({
  orders: [notes(g, 'orders', 'give-up', { on: Expired })],
  inventory: [],
});

const inMs = (ms: number) => ({ due: new Date(Date.now() + ms) });
const now = { due: new Date(0) };
const never = inMs(3_600_000);

conformance('A timer', (clause) => {
  clause('comes when it is due, once, and not before', async (stage) => {
    const grove = await stage.grove({ policies });
    const { database, messaging, ...orders } = grove.context('orders');
    void orders;
    const { due } = inMs(400);

    await database.run(() => messaging.timers.set(Expired({ orderId: 'o-1', n: 1 }), { due }));
    const at = await soon(async () => {
      expect(await grove.context('orders').numbers('give-up')).toEqual([1]);
      return Date.now();
    });
    await grove.quiet();

    expect(at).toBeGreaterThanOrEqual(due.getTime());
    expect(at).toBeLessThan(due.getTime() + 3_000);
    expect(await grove.context('orders').numbers('give-up')).toEqual([1]);
    expect(await grove.context('orders').count('timers')).toBe(0);
  });

  clause('that is past comes at once, beside thousands that wait', async (stage) => {
    const grove = await stage.grove({ policies });
    const orders = grove.context('orders');
    await orders.database.query(
      `INSERT INTO timers (type, key, id, due, attributes, data)
       SELECT 'orders.checkout-expired.v1', 'later-' || n, gen_random_uuid(), now() + interval '1 hour', '{}', '{}' FROM generate_series(1, 5000) n`,
    );

    await orders.database.run(() => orders.messaging.timers.set(Expired({ orderId: 'o-1', n: 1 }), now));

    await soon(async () => expect(await orders.numbers('give-up')).toEqual([1]));
    expect(await orders.count('timers')).toBe(5_000);
  });

  clause('is replaced by one of the same type and key, and cancelled by its key', async (stage) => {
    const grove = await stage.grove({ policies });
    const orders = grove.context('orders');
    const { timers } = orders.messaging;
    const set = (orderId: string, n: number, when: { due: Date }) =>
      orders.database.run(() => timers.set(Expired({ orderId, n }), when));

    await set('replaced', 1, inMs(150));
    await set('replaced', 2, never);
    await set('replaced-sooner', 3, never);
    await set('replaced-sooner', 4, now);
    await set('cancelled', 5, inMs(150));
    await orders.database.run(() => timers.cancel(Expired, 'cancelled'));
    await orders.database.run(() => timers.cancel(Expired, 'never-set'));
    await set('last', 6, inMs(300));
    await soon(async () => expect(await orders.numbers('give-up')).toContain(6));

    expect(await orders.numbers('give-up')).toEqual([4, 6]);
    expect(await orders.count('timers')).toBe(1);
  });

  clause('is set, and cancelled, with its transaction or not at all', async (stage) => {
    const grove = await stage.grove({ policies });
    const { database, messaging } = grove.context('orders');
    const { timers } = messaging;
    const undone = (work: () => Promise<void>) =>
      database
        .run(async () => {
          await work();
          throw new Error('undone');
        })
        .catch(() => undefined);

    await undone(() => timers.set(Expired({ orderId: 'never', n: 1 }), now));
    await database.run(() => timers.set(Expired({ orderId: 'kept', n: 2 }), inMs(100)));
    await undone(() => timers.cancel(Expired, 'kept'));
    await soon(async () => expect(await grove.context('orders').numbers('give-up')).toEqual([2]));

    await expect(timers.set(Expired({ orderId: 'o', n: 3 }), now)).rejects.toThrow(SeamMisuse);
    await expect(timers.cancel(Expired, 'o')).rejects.toThrow(SeamMisuse);
  });

  clause('is private: no other context can set it, and it is never sent', async (stage) => {
    const grove = await stage.grove({
      policies: (g) => ({
        ...policies(g),
        inventory: [notes(g, 'inventory', 'overhear', { on: Expired }), notes(g, 'inventory', 'count')],
      }),
    });
    const [orders, inventory] = [grove.context('orders'), grove.context('inventory')];

    await expect(
      inventory.database.run(() => inventory.messaging.timers.set(Expired({ orderId: 'o', n: 1 }), now)),
    ).rejects.toThrow(SeamMisuse);
    await orders.database.run(() => orders.messaging.timers.set(Expired({ orderId: 'o', n: 1 }), now));
    await soon(async () => expect(await orders.numbers('give-up')).toEqual([1]));
    await orders.publish(Counted({ orderId: 'o', n: 1 }));
    await grove.quiet();

    expect(await orders.count('event_log')).toBe(1);
    expect(await inventory.numbers('overhear')).toEqual([]);
    expect(await inventory.numbers('count')).toEqual([1]);
  });

  clause('survives a restart: due meanwhile it comes after it, due later it waits on', async (stage) => {
    const first = await stage.grove({ policies });
    const { database, messaging } = first.context('orders');
    await database.run(async () => {
      for (const n of range(0, 5))
        await messaging.timers.set(Expired({ orderId: `soon-${n}`, n }), inMs(200));
      await messaging.timers.set(Expired({ orderId: 'late', n: 9 }), never);
    });
    await first.stop();

    const second = await stage.grove({ policies });
    const orders = second.context('orders');
    await soon(async () => expect(new Set(await orders.numbers('give-up'))).toEqual(new Set(range(0, 5))));
    await second.quiet();

    expect(await orders.count('effects')).toBe(5);
    expect(await orders.count('timers')).toBe(1);
  });

  clause('is retried like any message, and carries the correlation of who set it', async (stage) => {
    const correlations: string[] = [];
    const orderId = uuid();
    const grove = await stage.grove({
      policies: (g) => ({
        orders: [
          notes(g, 'orders', 'give-up', {
            on: Expired,
            handle: async ({ n }, message) => {
              correlations.push(message.attributes.correlationid);
              await g().context('orders').effect(message, orderId, n);
              if (message.attempt < 3) throw new Error('not yet');
            },
          }),
        ],
      }),
    });
    const { database, messaging } = grove.context('orders');

    await causation.run({ correlationId: 'visit-7', traceparent: '' }, () =>
      database.run(() => messaging.timers.set(Expired({ orderId, n: 1 }), now)),
    );
    await soon(async () => expect(await grove.context('orders').numbers('give-up')).toEqual([1]));

    expect(correlations).toEqual(['visit-7', 'visit-7', 'visit-7']);
  });
});
