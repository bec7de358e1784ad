import { v7 as uuid } from 'uuid';
import { conformance } from './conformance';
import { type Grove, type TestContext, type TestPolicies } from './grove';
import { Counted, notes, range, soon } from './messages';

const DAY_MS = 24 * 3_600_000;
const policies = (g: () => Grove): TestPolicies => ({
  orders: [],
  inventory: [notes(g, 'inventory', 'reserve')],
  shipping: [notes(g, 'shipping', 'ship')],
});
const withoutShipping = ['orders', 'inventory'];
/** Sweeps several times a second, and forgets after a week. */
const forgetful = { tickMs: 50, retention: { windowMs: 7 * DAY_MS, unknownMs: 120 } };

const daysAgo = (days: number): number => Date.now() - days * DAY_MS;
const oldId = (days: number): string => uuid({ msecs: daysAgo(days) });

/** Puts events into the outbox as they were published days ago. */
async function publishedDaysAgo(
  orders: TestContext,
  days: number,
  orderId: string,
  numbers: readonly number[],
) {
  for (const n of numbers) {
    const id = oldId(days);
    const attributes = {
      specversion: '1.0',
      id,
      source: '/contexts/orders',
      type: Counted.type,
      time: new Date(daysAgo(days)).toISOString(),
      datacontenttype: 'application/json',
      partitionkey: orderId,
      correlationid: id,
    };
    await orders.database.query(
      'INSERT INTO outbox (id, type, key, attributes, data) VALUES ($1, $2, $3, $4, $5)',
      [id, Counted.type, orderId, JSON.stringify(attributes), JSON.stringify({ orderId, n })],
    );
  }
  orders.messaging.relay.wake();
}

/** Resolves after the next sweep of each context that has run to its end. */
async function swept(context: TestContext): Promise<void> {
  // A subscription that nobody knows goes in a sweep's last steps, after what is old.
  await context.database.query(
    `INSERT INTO subscriptions (identity, type, grp, group_hash, name, known_at) VALUES ('probe', 'probe', 'probe', 0, 'probe', now() - interval '1 day')`,
  );
  await soon(async () => expect(await context.count(`subscriptions WHERE identity = 'probe'`)).toBe(0));
}

conformance('A service that first starts after eight days', (clause) => {
  clause('receives all of them, in order, and each once', async (stage) => {
    const orderId = uuid();
    const grove = await stage.grove({ policies, here: withoutShipping, options: forgetful });
    const orders = grove.context('orders');
    await publishedDaysAgo(orders, 8, orderId, range(0, 20));
    await soon(async () => expect(await grove.context('inventory').numbers('reserve')).toEqual(range(0, 20)));
    await orders.database.query(`UPDATE event_log SET published_at = now() - interval '8 days'`);
    await swept(orders);

    await grove.begin('shipping');
    await orders.publish(Counted({ orderId, n: 20 }));
    const shipping = grove.context('shipping');
    await soon(async () => expect(await shipping.numbers('ship')).toEqual(range(0, 21)));
  });

  clause('still knows them when they come again', async (stage) => {
    const orderId = uuid();
    const grove = await stage.grove({ policies, options: forgetful });
    const [orders, shipping] = [grove.context('orders'), grove.context('shipping')];
    await publishedDaysAgo(orders, 8, orderId, range(0, 5));
    await soon(async () => expect(await shipping.numbers('ship')).toEqual(range(0, 5)));

    await swept(shipping);
    await orders.messaging.eventLog.republish({ to: 'shipping' });
    await orders.publish(Counted({ orderId, n: 5 }));
    await grove.quiet();

    expect(await shipping.numbers('ship')).toEqual(range(0, 6));
  });
});

conformance('Retention', (clause) => {
  clause(
    'forgets a message only when both its id and its arrival are older than the window',
    async (stage) => {
      const grove = await stage.grove({ policies, options: forgetful });
      const shipping = grove.context('shipping');
      const seen = {
        'both old': [oldId(8), 8],
        'arrived lately': [oldId(8), 0],
        'with a young id': [oldId(0), 8],
        'within the window': [oldId(6), 6],
      } as const;
      for (const [name, [id, days]] of Object.entries(seen))
        await shipping.database.query(
          `INSERT INTO inbox_seen (id, subscription, chain, at) VALUES ($1, $2, 1, now() - $3 * interval '1 day')`,
          [id, name, days],
        );

      await swept(shipping);
      await swept(shipping);

      const left = await shipping.database.query<{ subscription: string }>(
        'SELECT subscription FROM inbox_seen',
      );
      expect(left.map(({ subscription }) => subscription).sort()).toEqual([
        'arrived lately',
        'with a young id',
        'within the window',
      ]);
    },
  );

  clause('trims the log by the same window, but not what a subscriber is still owed', async (stage) => {
    const grove = await stage.grove({ policies, options: forgetful });
    const orders = grove.context('orders');
    const rows = await orders.database.query<{ position: string; key: string }>(
      `INSERT INTO event_log (id, type, key, attributes, data, published_at)
       SELECT gen_random_uuid(), 'orders.unheard.v1', name, '{}', '{}', now() - days * interval '1 day'
         FROM (VALUES ('old', 8), ('owed', 8), ('young', 6)) AS t (name, days) RETURNING position, key`,
    );
    // Owed to one that nobody catches up here.
    await orders.database.query(`INSERT INTO outbox_owed (subscriber, position) VALUES ('nobody', $1)`, [
      rows.find(({ key }) => key === 'owed')!.position,
    ]);

    await soon(async () => expect(await orders.count(`event_log WHERE key = 'old'`)).toBe(0));

    expect(await orders.count(`event_log WHERE key IN ('owed', 'young')`)).toBe(2);
  });
});

conformance('Republishing', (clause) => {
  clause('heals a subscriber that lost what was on its way, and repeats nothing', async (stage) => {
    const grove = await stage.grove({ policies, here: withoutShipping });
    const orders = grove.context('orders');
    const orderId = uuid();
    await orders.publish(...range(0, 10).map((n) => Counted({ orderId, n })));
    await soon(async () => expect(await orders.count('event_log')).toBe(10));

    await stage.lose('shipping');
    await grove.begin('shipping');
    await orders.publish(Counted({ orderId: uuid(), n: 100 }));
    const shipping = grove.context('shipping');
    await soon(async () => expect(await shipping.numbers('ship')).toEqual([100]));
    const sent = await orders.messaging.eventLog.republish({ to: 'shipping' });
    await grove.quiet();

    expect(sent).toBe(11);
    expect(await shipping.numbers('ship', orderId)).toEqual(range(0, 10));
    expect(await shipping.count('effects')).toBe(11);
    expect(await grove.context('inventory').count('effects')).toBe(11);
  });

  clause('heals a subscriber whose inbox was lost after it was filled', async (stage) => {
    const grove = await stage.grove({ policies });
    const [orders, shipping] = [grove.context('orders'), grove.context('shipping')];
    const orderId = uuid();
    await orders.publish(...range(0, 10).map((n) => Counted({ orderId, n })));
    await grove.quiet();
    await shipping.database.query('DELETE FROM inbox_seen');
    await shipping.database.query('DELETE FROM effects');

    await orders.messaging.eventLog.republish({ to: 'shipping' });
    await grove.quiet();

    expect(await shipping.numbers('ship', orderId)).toEqual(range(0, 10));
  });

  clause('fills a context that is new, with the types and from the time asked for', async (stage) => {
    const before = await stage.grove({
      policies: (g) => ({ orders: [], inventory: [notes(g, 'inventory', 'reserve')] }),
    });
    const orderId = uuid();
    await before.context('orders').publish(...range(0, 5).map((n) => Counted({ orderId, n })));
    await before.quiet();
    await before
      .context('orders')
      .database.query(`UPDATE event_log SET published_at = now() - interval '1 hour'`);
    await before.context('orders').publish(...range(5, 10).map((n) => Counted({ orderId, n })));
    await before.quiet();
    await before.stop();

    const grove = await stage.grove({ policies });
    const { eventLog } = grove.context('orders').messaging;
    const shipping = grove.context('shipping');
    expect(await shipping.count('inbox_seen')).toBe(0);

    expect(await eventLog.republish({ to: 'shipping', types: ['orders.other.v1'] })).toBe(0);
    expect(await eventLog.republish({ to: 'shipping', since: new Date(Date.now() - 1_800_000) })).toBe(5);
    await soon(async () => expect(await shipping.numbers('ship')).toEqual(range(5, 10)));
    expect(await eventLog.republish({ to: 'shipping' })).toBe(10);
    await grove.quiet();

    expect(new Set(await shipping.numbers('ship', orderId))).toEqual(new Set(range(0, 10)));
    expect(await shipping.count('effects')).toBe(10);
    expect(await grove.context('inventory').count('effects')).toBe(10);
  });
});
