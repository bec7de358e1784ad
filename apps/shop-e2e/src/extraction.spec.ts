import { brokenRules } from './shop/books';
import { aProduct } from './shop/buying';
import { Crowd, type Told } from './shop/crowd';
import { walkThrough } from './shop/journey';
import { Shop } from './shop/start-shop';

jest.setTimeout(120_000);

const FULL = process.env['BANYAN_FULL'] === '1';

describe('A context that leaves and comes back', () => {
  let shop: Shop;
  let sku: string;
  let crowd: Crowd;
  const told: Told[] = [];
  const ends: { name: string; code: number | null }[] = [];

  beforeAll(async () => {
    shop = await Shop.open();
    const staff = await shop.as('sam', { staff: true });
    sku = await aProduct(staff, { pieces: 100_000 });
  });

  afterAll(() => shop?.close());

  const stop = async (...names: string[]) => ends.push(...(await shop.stop(...names)));
  describe('is extracted while customers order, with the old process still up for a while', () => {
    beforeAll(async () => {
      crowd = await Crowd.enter(shop, { sku });
      await crowd.ordered(30);
      await shop.extract('orders');
      await shop.start('orders-service');
      await stop('monolith');
      await shop.start('monolith');
      await crowd.ordered(30);
      told.push(await crowd.leave());
    });

    walkThrough(() => shop);
  });

  describe('is absorbed while customers order, with the old process still up for a while', () => {
    beforeAll(async () => {
      crowd = await Crowd.enter(shop, { sku });
      await crowd.ordered(30);
      await shop.absorb('orders');
      await stop('monolith');
      await shop.start('monolith');
      await crowd.ordered(30);
      await stop('orders-service');
      await crowd.ordered(30);
      told.push(await crowd.leave());
    });

    if (FULL) walkThrough(() => shop);
    else it('is one process again', () => expect([...shop.running.keys()]).toEqual(['monolith']));
  });

  describe('all the while', () => {
    beforeAll(() => shop.quiet());

    it('answered each customer, or said that it could not at the moment', () => {
      const statuses = told.flatMap((each) => Object.keys(each.statuses).map(Number));

      expect(statuses.filter((status) => ![0, 200, 202, 503].includes(status))).toEqual([]);
    });

    it('made one order of each that it accepted, and brought it to its end', async () => {
      const orders = await shop.sql<{ id: string; what: string[] }>(
        `SELECT id, ARRAY(SELECT m->>'what' FROM json_array_elements(timeline) m) AS what
           FROM orders.orders WHERE lines->0->>'sku' = $1`,
        [sku],
      );

      expect(orders.map(({ id }) => id).sort()).toEqual(
        told.flatMap(({ orders }) => [...orders.values()]).sort(),
      );
      for (const { what } of orders) expect(what).toEqual(['placed', 'stock-reserved', 'paid', 'confirmed']);
    });

    it('let every message arrive once', async () => {
      const twice = await shop.sql(
        `SELECT type, key, count(*) FROM (SELECT * FROM orders.event_log UNION ALL SELECT * FROM inventory.event_log) told
          WHERE type IN ('orders.order-placed.v1', 'orders.order-confirmed.v1', 'inventory.stock-reserved.v1')
          GROUP BY 1, 2 HAVING count(*) > 1`,
      );

      expect(twice).toEqual([]);
      expect(await brokenRules(shop)).toEqual({});
      expect((await shop.anybody().get(`/stock/${sku}`)).body.reserved).toBe(
        told.reduce((sum, { orders }) => sum + orders.size, 0),
      );
    });

    it('ended each process in good order', async () => {
      await stop();

      expect(ends.map(({ name }) => name)).toEqual(['monolith', 'monolith', 'orders-service', 'monolith']);
      for (const end of ends) expect(end).toMatchObject({ code: 0, left: false, faults: [] });
      expect(await shop.sessions()).toBe(0);
    });
  });
});
