import { eventually } from '@banyan/testing';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { brokenRules } from './shop/books';
import { aProduct, order, orderThatIs, stockThat } from './shop/buying';
import { Crowd } from './shop/crowd';
import { extracted } from './shop/placements';
import type { ShopOptions } from './shop/options';
import { Shop } from './shop/start-shop';

jest.setTimeout(90_000);

const FULL = process.env['BANYAN_FULL'] === '1';

let shop: Shop;

/** Opens one for all that is described, which goes on as its tests leave it. */
function opens(options?: ShopOptions): void {
  beforeAll(async () => {
    shop = await Shop.open(options);
  });
  afterAll(() => shop?.close());
}

/** Ends every session of the shop's processes, as a failing server does. */
const cutSessions = () =>
  shop.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename LIKE '%\\_app'`,
  );

/** A product of which there is enough, and customers who come for it. */
async function crowdEnters(how: { size?: number; pauseMs?: number } = {}) {
  const sku = await aProduct(await shop.as('sam', { staff: true }), { pieces: 100_000 });
  return { sku, crowd: await Crowd.enter(shop, { sku, ...how }) };
}

async function expectSound(told: Awaited<ReturnType<Crowd['leave']>>, sku: string): Promise<void> {
  await shop.quiet();
  const orders = await shop.sql<{ id: string }>(`SELECT id FROM orders.orders WHERE lines->0->>'sku' = $1`, [
    sku,
  ]);

  expect(orders.map(({ id }) => id).sort()).toEqual([...told.orders.values()].sort());
  expect(await brokenRules(shop)).toEqual({});
  expect((await shop.anybody().get(`/stock/${sku}`)).body.reserved).toBe(told.orders.size);
}

describe('A shop in one process', () => {
  opens();

  it('whose database ends its sessions, again and again, says that it cannot, never that it broke, and loses and doubles nothing', async () => {
    const { sku, crowd } = await crowdEnters();

    for (let times = 0; times < (FULL ? 20 : 4); times++) {
      await crowd.ordered(10);
      await cutSessions();
    }
    const told = await crowd.leave();

    expect(Object.keys(told.statuses).map(Number)).toEqual(expect.not.arrayContaining([0, 500, 502, 504]));
    await expectSound(told, sku);
  });

  it('whose database is away is alive, not ready, says so to everybody, and is back by itself', async () => {
    const ann = await shop.as('ann');
    const [database] = await shop.sql<{ name: string }>('SELECT current_database() AS name');
    await shop.sql(`ALTER DATABASE ${database!.name} CONNECTION LIMIT 0`);
    await cutSessions();

    const unready = await eventually(async () => {
      const health = await ann.get('//health/ready');
      return health.body.details?.orders?.status === 'down' && health;
    });
    const answers = [
      await ann.get('/products'),
      await ann.get('/orders'),
      await ann.put('/cart/items/TEA-MINT-50', { quantity: 1 }),
    ];

    expect(unready.body.details.orders).toMatchObject({ status: 'down', reasons: [expect.any(String)] });
    expect((await ann.get('//health/live')).status).toBe(200);
    expect((await ann.get('//metrics')).status).toBe(200);
    for (const { status, headers, body } of answers) {
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { code: expect.stringMatching(/^http\.(database|context)-unavailable$/) },
      });
      expect(headers.get('retry-after')).toBe('2');
    }

    await shop.sql(`ALTER DATABASE ${database!.name} CONNECTION LIMIT -1`);
    await eventually(async () => (await ann.get('//health/ready')).status === 200);
    const { body } = await order(ann, { 'TEA-MINT-50': 1 });
    await orderThatIs(ann, body.id, 'confirmed');
  });

  describe('besieged by slow clients', () => {
    const besiegers: Socket[] = [];
    afterAll(() => besiegers.forEach((each) => each.destroy()));

    it('goes on serving the others', async () => {
      const ann = await shop.as('ann');
      const port = Number(new URL(shop.url).port);
      const halves = [
        'GET /api/v1/products HTTP/1.1\r\nHost: x\r\nX-Slow: ',
        'PUT /api/v1/cart/items/TEA-MINT-50 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"quan',
      ];
      for (let n = 0; n < 300; n++) {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        besiegers.push(socket);
        await once(socket, 'connect');
        socket.write(halves[n % 2]!);
      }

      const { status, body } = await order(ann, { 'TEA-MINT-50': 1 });

      expect(status).toBe(202);
      await orderThatIs(ann, body.id, 'confirmed');
      expect(besiegers.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(0);
    });

    it('and told to stop while customers order, answers whom it has heard, and ends before an orchestrator loses its patience, with no fault in its log', async () => {
      const { sku, crowd } = await crowdEnters({ size: 20, pauseMs: 0 });
      await crowd.ordered(50);

      const ends = await shop.stop();
      await shop.start('monolith');
      const told = await crowd.leave();

      expect(ends).toMatchObject([{ code: 0, left: false, faults: [] }]);
      expect(told.statuses[500]).toBeUndefined();
      await expectSound(told, sku);
    });
  });

  it('that is killed while customers order has every order that it accepted when it is back, and brings it to its end', async () => {
    const { sku, crowd } = await crowdEnters();

    for (let times = 0; times < (FULL ? 3 : 1); times++) {
      await crowd.ordered(20);
      shop.running.get('monolith')!.kill();
      await shop.running.get('monolith')!.ended;
      await shop.start('monolith');
    }
    const told = await crowd.leave();

    await expectSound(told, sku);
  });
});

describe('A shop with inventory in a process of its own', () => {
  opens({ placement: extracted('inventory') });

  it('takes orders while that is away, and confirms them when it is back', async () => {
    const ann = await shop.as('ann');
    await shop.stop('inventory-service');

    const { status, body } = await order(ann, { 'TEA-MINT-50': 1 });
    const stock = await ann.get('/stock/TEA-MINT-50');

    expect(status).toBe(202);
    expect((await ann.get(`/orders/${body.id}`)).body.status).toBe('placed');
    expect(stock).toMatchObject({
      status: 503,
      body: { code: 'http.context-unavailable', context: 'inventory' },
    });
    await shop.start('inventory-service');
    await orderThatIs(ann, body.id, 'confirmed');
    await shop.quiet();
    expect(await brokenRules(shop)).toEqual({});
  });

  it('gives up what nobody confirms in time, and sets nothing aside for it later', async () => {
    const ann = await shop.as('ann');
    const sku = await aProduct(await shop.as('sam', { staff: true }), { pieces: 10 });
    await shop.stop('inventory-service');

    const late = await order(ann, { [sku]: 1 });
    const regretted = await order(ann, { [sku]: 2 });
    await ann.post(`/orders/${regretted.body.id}/cancellation`);
    await shop.comesDue('orders.checkout-expired.v1', late.body.id);
    const given = await orderThatIs(ann, late.body.id, 'cancelled');

    expect(given).toMatchObject({ cancellationReason: 'checkout-expired' });
    await shop.start('inventory-service');
    await shop.quiet();
    await stockThat(ann, sku, ({ onHand, reserved }) => onHand === 10 && reserved === 0);
    expect(await brokenRules(shop)).toEqual({});
    const ends = await shop.stop();
    for (const end of ends) expect(end).toMatchObject({ code: 0, faults: [] });
  });
});
