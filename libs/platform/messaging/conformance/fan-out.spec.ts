import { event } from '@banyan/contracts';
import { causation, type Message, type MessageRow, messageOf, parseTraceparent } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import { Counted, gate, range, soon, Stored } from './messages';

const Unheard = event('orders.unheard.v1', { orderId: z.string() }, { key: 'orderId' });
const Nested = event(
  'orders.nested.v1',
  { orderId: z.string(), lines: z.array(z.object({ sku: z.string() })), note: z.string().optional() },
  { key: 'orderId' },
);

conformance('An event', (clause) => {
  clause('reaches every subscription of every context once, in order per key', async (stage) => {
    const { grove, orders } = await stage.scene({
      orders: [{ name: 'remember' }],
      inventory: [{ name: 'reserve' }, { name: 'watch' }],
      shipping: [{ name: 'ship' }],
    });
    const keys = [uuid(), uuid(), uuid()];

    for (const n of range(0, 20)) await orders.publish(...keys.map((orderId) => Counted({ orderId, n })));
    await grove.quiet();

    const subscriptions = { orders: ['remember'], inventory: ['reserve', 'watch'], shipping: ['ship'] };
    for (const [context, names] of Object.entries(subscriptions)) {
      for (const name of names)
        for (const key of keys) expect(await grove.context(context).numbers(name, key)).toEqual(range(0, 20));
      expect(await grove.context(context).count('effects')).toBe(60 * names.length);
    }
  });

  clause('that nobody subscribes to leaves the outbox for the log', async (stage) => {
    const { grove, orders, inventory } = await stage.scene({});

    await orders.publish(Unheard({ orderId: uuid() }));
    await grove.quiet();

    expect(await orders.count('event_log')).toBe(1);
    expect(await inventory.count('inbox_seen')).toBe(0);
  });

  clause('acts once per subscription, however often it is sent', async (stage) => {
    const { grove, orders, inventory } = await stage.scene({
      inventory: [{ name: 'reserve' }, { name: 'watch' }],
    });
    const orderId = uuid();
    await orders.publish(...range(0, 5).map((n) => Counted({ orderId, n })));
    await grove.quiet();

    const rows = await orders.database.query<MessageRow>(
      'SELECT id, type, key, attributes, data FROM event_log ORDER BY position',
    );
    const again = rows.map((row) => messageOf('orders', row));
    await orders.transport.send([...again, ...again]);
    await orders.messaging.eventLog.republish({ to: 'inventory' });
    // What comes after the repetitions, on the same way, tells that they have arrived.
    await orders.publish(Counted({ orderId, n: 5 }));
    await grove.quiet();

    for (const name of ['reserve', 'watch'])
      expect(await inventory.numbers(name, orderId)).toEqual(range(0, 6));
  });

  clause('sent again while its first copy still waits adds nothing', async (stage) => {
    const { opened, open } = gate();
    const orderId = uuid();
    const { grove, orders, inventory } = await stage.scene({
      inventory: [
        {
          name: 'slow',
          handle: async ({ n }, message) => {
            await opened;
            await inventory.effect(message, orderId, n);
          },
        },
      ],
    });
    await orders.publish(...range(0, 5).map((n) => Counted({ orderId, n })));
    await soon(async () => (await orders.count('event_log')) === 5);

    await orders.messaging.eventLog.republish({ to: 'inventory' });
    await orders.publish(Counted({ orderId, n: 5 }));
    open();
    await grove.quiet();

    expect(await inventory.numbers('slow')).toEqual(range(0, 6));
  });

  clause('reaches each handler as a frozen copy of its own that went through JSON', async (stage) => {
    const seen: { data: any; error: unknown }[] = [];
    const policy = (name: string) => ({
      on: Nested,
      name,
      handle: async (data: any) => {
        let error: unknown;
        try {
          data.lines[0].sku = 'changed';
        } catch (thrown) {
          error = thrown;
        }
        seen.push({ data, error });
      },
    });
    const { grove, orders } = await stage.scene({ inventory: [policy('one'), policy('two')] });
    const lines = [{ sku: 'fig' }];

    await orders.publish(Nested({ orderId: uuid(), lines, note: undefined }));
    await grove.quiet();

    expect(seen).toHaveLength(2);
    for (const { data, error } of seen) {
      expect(error).toBeInstanceOf(TypeError);
      expect(data.lines).toEqual([{ sku: 'fig' }]);
      expect(Object.isFrozen(data) && Object.isFrozen(data.lines) && Object.isFrozen(data.lines[0])).toBe(
        true,
      );
      expect('note' in data).toBe(false);
    }
    expect(seen[0]!.data).not.toBe(seen[1]!.data);
    expect(seen[0]!.data.lines).not.toBe(lines);
  });

  clause('is read without the fields that this code does not know', async (stage) => {
    const Richer = event(
      'orders.counted.v1',
      { orderId: z.string(), n: z.int(), colour: z.string().optional() },
      { key: 'orderId' },
    );
    const seen: unknown[] = [];
    const { grove, orders } = await stage.scene({
      inventory: [{ name: 'read', handle: async (data) => void seen.push(data) }],
    });

    await orders.publish(Richer({ orderId: 'o-1', n: 1, colour: 'green' }));
    await grove.quiet();

    expect(seen).toEqual([{ orderId: 'o-1', n: 1 }]);
  });

  clause('carries trace, correlation and causation over every hop', async (stage) => {
    const messages: Message[] = [];
    const { grove, orders, inventory } = await stage.scene({
      inventory: [
        {
          name: 'store',
          handle: async ({ orderId, n }, message) => {
            messages.push(message);
            await inventory.messaging.outbox.publish(Stored({ orderId, n }));
          },
        },
      ],
      shipping: [{ on: Stored, name: 'ship', handle: async (_, message) => void messages.push(message) }],
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    await causation.run({ correlationId: 'visit-7', traceparent }, () =>
      orders.publish(Counted({ orderId: 'o-1', n: 1 })),
    );
    await grove.quiet();

    const [first, second] = messages.map(({ attributes }) => attributes);
    expect(first).toMatchObject({
      specversion: '1.0',
      source: '/contexts/orders',
      type: 'orders.counted.v1',
      datacontenttype: 'application/json',
      partitionkey: 'o-1',
      correlationid: 'visit-7',
    });
    expect(first!.causationid).toBeUndefined();
    expect(second).toMatchObject({
      source: '/contexts/inventory',
      correlationid: 'visit-7',
      causationid: first!.id,
    });
    const spans = [traceparent, first!.traceparent, second!.traceparent].map((each) =>
      parseTraceparent(each)!,
    );
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
  });
});
