import { event, SeamMisuse } from '@banyan/contracts';
import { z } from 'zod';
import { Grove, type Ground, prepareGround, type TestPolicies } from './grove';
import { v7 as uuid } from 'uuid';

const Counted = event('orders.counted.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });

describe('Delivery', () => {
  let ground: Ground;
  let grove: Grove;

  beforeEach(async () => {
    ground = await prepareGround(['orders', 'inventory', 'shipping']);
  });
  afterEach(async () => {
    await grove?.stop();
    await ground.drop();
  });

  const start = async (policies: (grove: () => Grove) => TestPolicies) => (grove = await (await Grove.start({ ground, policies })).ready());

  it('reaches every subscription of every context once, in order per key', async () => {
    await start((g) => ({
      orders: [],
      inventory: ['reserve', 'watch'].map((name) => ({
        on: Counted,
        name,
        handle: ({ orderId, n }, message) => g().context('inventory').effect(message, orderId, n),
      })),
      shipping: [{ on: Counted, name: 'ship', handle: ({ orderId, n }, message) => g().context('shipping').effect(message, orderId, n) }],
    }));
    const orders = grove.context('orders');
    const keys = [uuid(), uuid(), uuid()];

    for (let n = 0; n < 20; n++) for (const orderId of keys) await orders.publish(Counted({ orderId, n }));
    await grove.quiet();

    for (const [context, subscriptions] of [['inventory', ['reserve', 'watch']], ['shipping', ['ship']]] as const) {
      const effects = await grove.context(context).effects();
      for (const subscription of subscriptions) {
        for (const key of keys) {
          expect(effects.filter((e) => e.subscription === subscription && e.key === key).map(({ n }) => n)).toEqual([...Array(20).keys()]);
        }
      }
      expect(effects).toHaveLength(60 * subscriptions.length);
    }
  });

  it('publishes nothing when the transaction rolls back, and refuses to publish outside one', async () => {
    await start(() => ({ orders: [], inventory: [] }));
    const { database, messaging } = grove.context('orders');

    await expect(
      database.run(async () => {
        await messaging.outbox.publish(Counted({ orderId: uuid(), n: 1 }));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(messaging.outbox.publish(Counted({ orderId: uuid(), n: 1 }))).rejects.toThrow(SeamMisuse);

    expect(await grove.context('orders').count('outbox')).toBe(0);
  });

  it('tries again after a failure, holding back only the key, and gives up with the story', async () => {
    const [poisoned, healthy] = [uuid(), uuid()];
    await start((g) => ({
      orders: [],
      inventory: [
        {
          on: Counted,
          name: 'fragile',
          handle: async ({ orderId, n }, message) => {
            await g().context('inventory').effect(message, orderId, n);
            if (orderId === poisoned && n === 0) throw new Error('cannot digest');
          },
        },
      ],
    }));

    for (let n = 0; n < 3; n++) for (const orderId of [poisoned, healthy]) await grove.context('orders').publish(Counted({ orderId, n }));
    await grove.quiet();

    const inventory = grove.context('inventory');
    const effects = (await inventory.effects()).filter(({ subscription }) => subscription === 'fragile');
    expect(effects.filter(({ key }) => key === healthy).map(({ n }) => n)).toEqual([0, 1, 2]);
    expect(effects.filter(({ key }) => key === poisoned).map(({ n }) => n)).toEqual([1, 2]);
    expect(await inventory.messaging.deadLetters.list()).toMatchObject([{ type: 'orders.counted.v1', key: poisoned, attempts: 12, error: 'cannot digest' }]);
  });
});
