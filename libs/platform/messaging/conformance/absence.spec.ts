import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { conformance } from './conformance';
import type { Grove, TestPolicies } from './grove';
import { Counted, gate, notes, range, soon, Stored } from './messages';

const policies = (g: () => Grove): TestPolicies => ({
  orders: [],
  inventory: [notes(g, 'inventory', 'reserve')],
  shipping: [notes(g, 'shipping', 'ship')],
});

const here = ['orders', 'inventory'];

conformance('A subscriber', (clause) => {
  clause('that is absent delays nobody else, and is caught up in order when it comes', async (stage) => {
    const grove = await stage.grove({ policies, here });
    const keys = [uuid(), uuid()];
    const publish = async (numbers: readonly number[]) => {
      for (const n of numbers)
        await grove.context('orders').publish(...keys.map((orderId) => Counted({ orderId, n })));
    };

    await publish(range(0, 20));
    for (const key of keys)
      await soon(async () =>
        expect(await grove.context('inventory').numbers('reserve', key)).toEqual(range(0, 20)),
      );
    await grove.begin('shipping');
    await publish(range(20, 40));
    await grove.quiet();

    for (const key of keys) {
      expect(await grove.context('shipping').numbers('ship', key)).toEqual(range(0, 40));
      expect(await grove.context('inventory').numbers('reserve', key)).toEqual(range(0, 40));
    }
  });

  clause('that is absent while its publisher restarts misses nothing', async (stage) => {
    const orderId = uuid();
    const first = await stage.grove({ policies, here });
    await first.context('orders').publish(...range(0, 10).map((n) => Counted({ orderId, n })));
    await first.quiet(2_000).catch(() => undefined);
    await first.stop();

    const second = await stage.grove({ policies });
    await second.context('orders').publish(...range(10, 20).map((n) => Counted({ orderId, n })));
    await second.quiet();

    expect(await second.context('shipping').numbers('ship')).toEqual(range(0, 20));
    expect(await second.context('inventory').numbers('reserve')).toEqual(range(0, 20));
  });

  clause('is caught up also with what another process noted that it is owed', async (stage) => {
    const grove = await stage.grove({ policies, options: { relay: { pollMs: 100, catchUpMs: 50 } } });
    const [orders, shipping] = [grove.context('orders'), grove.context('shipping')];
    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();
    await shipping.database.query('DELETE FROM inbox_seen');

    await orders.database.query(
      `INSERT INTO outbox_owed (subscriber, position) SELECT 'shipping', position FROM event_log`,
    );
    await grove.quiet();

    expect(await shipping.numbers('ship')).toEqual([1, 1]);
  });

  clause('whose database stores nothing delays nobody else, and is caught up in order', async (stage) => {
    const grove = await stage.grove({ policies });
    const orderId = uuid();
    const publish = async (numbers: readonly number[]) => {
      for (const n of numbers) await grove.context('orders').publish(Counted({ orderId, n }));
    };
    const blocker = new Client({ connectionString: stage.ground.database.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE shipping.inbox_seen IN EXCLUSIVE MODE');

    await publish(range(0, 15));
    await soon(async () => expect(await grove.context('inventory').numbers('reserve')).toEqual(range(0, 15)));
    await publish(range(15, 30));
    await soon(async () => expect(await grove.context('inventory').numbers('reserve')).toEqual(range(0, 30)));
    expect(await grove.context('shipping').numbers('ship')).toEqual([]);
    await blocker.query('ROLLBACK');
    await blocker.end();
    await publish(range(30, 35));
    await grove.quiet();

    expect(await grove.context('shipping').numbers('ship')).toEqual(range(0, 35));
  });

  clause('whose handlers are slow delays no other context', async (stage) => {
    const { opened, open } = gate();
    const grove = await stage.grove({
      policies: (g) => ({
        ...policies(g),
        shipping: [
          notes(g, 'shipping', 'ship', {
            handle: async ({ orderId, n }, message) => {
              await opened;
              await g().context('shipping').effect(message, orderId, n);
            },
          }),
        ],
      }),
    });

    for (const n of range(0, 30)) await grove.context('orders').publish(Counted({ orderId: uuid(), n }));

    await soon(async () => expect(await grove.context('inventory').count('effects')).toBe(30));
    expect(await grove.context('shipping').count('effects')).toBe(0);
    open();
    await grove.quiet();
    expect(await grove.context('shipping').count('effects')).toBe(30);
  });
});

conformance('A stop', (clause) => {
  clause(
    'in the middle of work finishes what is in hand; what waits goes on after the next start',
    async (stage) => {
      const chain = (g: () => Grove): TestPolicies => ({
        orders: [],
        inventory: [
          notes(g, 'inventory', 'reserve', {
            handle: async ({ orderId, n }, message) => {
              const inventory = g().context('inventory');
              await inventory.effect(message, orderId, n);
              await inventory.messaging.outbox.publish(Stored({ orderId, n }));
            },
          }),
        ],
        shipping: [notes(g, 'shipping', 'ship', { on: Stored })],
      });
      const keys = range(0, 4).map(() => uuid());
      let published = 0;
      for (const round of range(0, 3)) {
        const grove = await stage.grove({ policies: chain });
        for (const n of range(round * 10, round * 10 + 10)) {
          await grove.context('orders').publish(...keys.map((orderId) => Counted({ orderId, n })));
          published += keys.length;
        }
        await grove.stop();
      }

      const grove = await stage.grove({ policies: chain });
      await grove.quiet();

      for (const [context, name] of [
        ['inventory', 'reserve'],
        ['shipping', 'ship'],
      ] as const) {
        for (const key of keys) expect(await grove.context(context).numbers(name, key)).toEqual(range(0, 30));
        expect(await grove.context(context).count('effects')).toBe(published);
      }
    },
  );
});
