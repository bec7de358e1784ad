import type { Topology } from '@banyan/contracts';
import { eventually } from '@banyan/testing';
import { Checkout, move } from '@banyan/tools';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRules } from './shop/books';
import { aProduct, order, orderThatIs, shipmentThatIs } from './shop/buying';
import { walkThrough } from './shop/journey';
import { CONTEXTS } from './shop/placements';
import { Shop } from './shop/start-shop';
import type { Visitor } from './shop/visitor';

/*
 * Played in a copy of this repository into which loyalty was generated, which rewards each order that is completed; see
 * tools/zero-diff. It moves loyalty by the commands, and thus edits topology.json of the checkout that it is played in.
 */
jest.setTimeout(180_000);

const FULL = process.env['BANYAN_FULL'] === '1';
/** Another generated context, which hears what loyalty tells. */
const HEARD = CONTEXTS.includes('badges');

/** An order that only has to be delivered. */
interface OnItsWay {
  readonly id: string;
  readonly customer: Visitor;
  readonly shipment: string;
}

describe('Loyalty, the eighth context,', () => {
  let shop: Shop;
  let staff: Visitor;
  let sku: string;
  let customers = 0;
  const ends: { name: string; code: number | null }[] = [];

  beforeAll(async () => {
    if (!CONTEXTS.includes('loyalty'))
      throw new Error('There is no loyalty here; run npm run prove:zero-diff');
    shop = await Shop.open();
    staff = await shop.as('sam', { staff: true });
    sku = await aProduct(staff);
  });

  afterAll(() => shop?.close());

  const stop = async (...names: string[]) => ends.push(...(await shop.stop(...names)));

  const moved = async (how: 'extract' | 'absorb') => {
    expect(await move(Checkout.here, how, 'loyalty')).toEqual(
      expect.arrayContaining(['deploy/topology.json', 'docs/shop.md', 'topology.json']),
    );
    const topology = readFileSync(join(Checkout.here.folder, 'topology.json'), 'utf8');
    await shop.follow(JSON.parse(topology) as Topology);
  };

  const ordersOnTheirWay = (count: number): Promise<OnItsWay[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const customer = await shop.as(`collector ${++customers}`);
        const { id } = (await order(customer, { [sku]: 1 })).body as { id: string };
        const shipment = (await shipmentThatIs(customer, id, 'preparing')).id as string;
        await staff.post(`/shipments/${shipment}/dispatch`);
        await orderThatIs(customer, id, 'dispatched');
        return { id, customer, shipment };
      }),
    );

  const completed = (orders: readonly OnItsWay[]) =>
    Promise.all(
      orders.map(async ({ id, customer, shipment }) => {
        await staff.post(`/shipments/${shipment}/delivery`);
        await orderThatIs(customer, id, 'completed');
      }),
    );

  const rewarded = (orders: readonly OnItsWay[]) =>
    Promise.all(
      orders.map(({ id }) =>
        eventually(
          async () => {
            const { status, body } = await staff.get(`/rewards/${id}`);
            if (status !== 200) throw new Error(`No reward for ${id}: ${status} ${JSON.stringify(body)}`);
            expect(body).toEqual({ orderId: id, grantedAt: expect.any(String) });
          },
          { timeoutMs: 20_000, everyMs: 50 },
        ),
      ),
    );

  const ordersAreRewarded = () =>
    it('rewards orders that are completed', async () => {
      const orders = await ordersOnTheirWay(3);
      await completed(orders);
      await rewarded(orders);
    });

  describe('in one process', () => {
    ordersAreRewarded();
  });

  describe('extracted, with a service that starts when its events wait already,', () => {
    let waited: OnItsWay[];

    beforeAll(async () => {
      waited = await ordersOnTheirWay(3);
      await moved('extract');
      await stop('monolith');
      await shop.start('monolith');
      await completed(waited);
      expect((await staff.get(`/rewards/${waited[0]!.id}`)).status).toBe(503);
      await shop.start('loyalty-service');
    });

    it('rewards the orders that were completed before it was there', () => rewarded(waited));

    ordersAreRewarded();

    if (FULL) walkThrough(() => shop);
  });

  describe('absorbed, with events that its service has not seen,', () => {
    let waited: OnItsWay[];

    beforeAll(async () => {
      waited = await ordersOnTheirWay(3);
      await moved('absorb');
      await stop('loyalty-service');
      await completed(waited);
      await stop('monolith');
      await shop.start('monolith');
    });

    it('rewards the orders that were completed in between', () => rewarded(waited));

    ordersAreRewarded();

    if (FULL) walkThrough(() => shop);
  });

  describe('all the while', () => {
    beforeAll(() => shop.quiet());

    const completedOrders = () =>
      shop.sql<{ id: string }>(`SELECT id FROM orders.orders WHERE status = 'completed' ORDER BY id`);

    it('rewarded each completed order, and none else, once', async () => {
      const ids = (await completedOrders()).map(({ id }) => id);
      const rewards = await shop.sql(
        'SELECT order_id AS id FROM loyalty.rewards WHERE granted_at IS NOT NULL ORDER BY 1',
      );
      const told = await shop.sql(
        `SELECT key AS id FROM loyalty.event_log WHERE type = 'loyalty.reward-granted.v1' ORDER BY 1`,
      );

      expect(ids.length).toBeGreaterThanOrEqual(15);
      expect(rewards.map(({ id }) => id)).toEqual(ids);
      expect(told.map(({ id }) => id)).toEqual(ids);
    });

    if (HEARD)
      it('was heard, once for each', async () => {
        const ids = (await completedOrders()).map(({ id }) => id);
        const badges = await shop.sql(
          'SELECT order_id AS id FROM badges.badges WHERE opened_at IS NOT NULL ORDER BY 1',
        );
        const told = await shop.sql(
          `SELECT key AS id FROM badges.event_log WHERE type = 'badges.badge-opened.v1' ORDER BY 1`,
        );

        expect(badges.map(({ id }) => id)).toEqual(ids);
        expect(told.map(({ id }) => id)).toEqual(ids);
      });

    it('lost no message, and left the books of the shop in order', async () => {
      expect(await shop.unheard()).toEqual([]);
      expect(await brokenRules(shop)).toEqual({});
    });

    it('ended each process in good order', async () => {
      await stop();

      expect(ends.map(({ name }) => name)).toEqual(['monolith', 'loyalty-service', 'monolith', 'monolith']);
      for (const end of ends) expect(end).toMatchObject({ code: 0, left: false, faults: [] });
      expect(await shop.sessions()).toBe(0);
    });
  });
});
