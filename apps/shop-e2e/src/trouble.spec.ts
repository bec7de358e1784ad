import { eventually } from '@banyan/testing';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { brokenRules } from './shop/books';
import { aProduct, order, orderThatIs, stockThat } from './shop/buying';
import { Crowd } from './shop/crowd';
import { extracted } from './shop/placements';
import { Shop } from './shop/start-shop';

jest.setTimeout(90_000);

const FULL = process.env['BANYAN_FULL'] === '1';

let shop: Shop;

afterEach(() => shop?.close());

/** Ends every session of the shop's processes, as a failing server does. */
const cutSessions = () =>
  shop.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename LIKE '%\\_app'`,
  );

async function expectSound(told: Awaited<ReturnType<Crowd['leave']>>, sku: string): Promise<void> {
  await shop.quiet();
  const orders = await shop.sql<{ id: string }>(`SELECT id FROM orders.orders WHERE lines->0->>'sku' = $1`, [
    sku,
  ]);

  expect(orders.map(({ id }) => id).sort()).toEqual([...told.orders.values()].sort());
  expect(await brokenRules(shop)).toEqual({});
  expect((await shop.anybody().get(`/stock/${sku}`)).body.reserved).toBe(told.orders.size);
}

describe('A shop whose database ends its sessions, again and again,', () => {
  it('says that it cannot, never that it broke, and loses and doubles nothing', async () => {
    shop = await Shop.open();
    const sku = await aProduct(await shop.as('sam', { staff: true }), { pieces: 100_000 });
    const crowd = await Crowd.enter(shop, { sku });

    for (let times = 0; times < (FULL ? 20 : 4); times++) {
      await crowd.ordered(10);
      await cutSessions();
    }
    const told = await crowd.leave();

    expect(Object.keys(told.statuses).map(Number)).toEqual(expect.not.arrayContaining([0, 500, 502, 504]));
    await expectSound(told, sku);
    expect(await shop.stop()).toMatchObject([{ code: 0, faults: [] }]);
  });
});

describe('A shop whose database is away', () => {
  it('is alive, not ready, says so to everybody, and is back by itself', async () => {
    shop = await Shop.open();
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
    await eventually(async () => (await ann.get('//health/ready')).status === 200, { timeoutMs: 20_000 });
    const { body } = await order(ann, { 'TEA-MINT-50': 1 });
    await orderThatIs(ann, body.id, 'confirmed');
    expect(await shop.stop()).toMatchObject([{ code: 0, faults: [] }]);
  });
});

describe('A shop whose process is killed while customers order', () => {
  it('has every order that it accepted when it is back, and brings it to its end', async () => {
    shop = await Shop.open();
    const sku = await aProduct(await shop.as('sam', { staff: true }), { pieces: 100_000 });
    const crowd = await Crowd.enter(shop, { sku });

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

describe('A shop besieged by slow clients', () => {
  const besiegers: Socket[] = [];
  afterEach(() => besiegers.forEach((each) => each.destroy()));

  it('goes on serving the others', async () => {
    shop = await Shop.open();
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

    const began = performance.now();
    const { body } = await order(ann, { 'TEA-MINT-50': 1 });
    await orderThatIs(ann, body.id, 'confirmed');

    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await shop.stop()).toMatchObject([{ code: 0, faults: [] }]);
  });
});

describe('A shop with inventory in a process of its own', () => {
  it('takes orders while that is away, and confirms them when it is back', async () => {
    shop = await Shop.open({ placement: extracted('inventory') });
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
    shop = await Shop.open({ placement: extracted('inventory'), env: { ORDERS_CHECKOUT_DEADLINE: '2s' } });
    const ann = await shop.as('ann');
    await shop.stop('inventory-service');

    const late = await order(ann, { 'TEA-MINT-50': 1 });
    const regretted = await order(ann, { 'TEA-MINT-50': 2 });
    await ann.post(`/orders/${regretted.body.id}/cancellation`);
    const given = await orderThatIs(ann, late.body.id, 'cancelled');

    expect(given).toMatchObject({ cancellationReason: 'checkout-expired' });
    await shop.start('inventory-service');
    await shop.quiet();
    await stockThat(ann, 'TEA-MINT-50', ({ onHand, reserved }) => onHand === 240 && reserved === 0);
    expect(await brokenRules(shop)).toEqual({});
    const ends = await shop.stop();
    for (const end of ends) expect(end).toMatchObject({ code: 0, faults: [] });
  });
});

describe('A shop that is stopped while customers order', () => {
  it('answers whom it has heard, and finishes before an orchestrator loses its patience', async () => {
    shop = await Shop.open();
    const sku = await aProduct(await shop.as('sam', { staff: true }), { pieces: 100_000 });
    const crowd = await Crowd.enter(shop, { sku, size: 20, pauseMs: 0 });
    await crowd.ordered(50);

    const ends = await shop.stop();
    await shop.start('monolith');
    const told = await crowd.leave();

    expect(ends).toMatchObject([{ code: 0, left: false, faults: [] }]);
    expect(told.statuses[500]).toBeUndefined();
    await expectSound(told, sku);
  });
});
