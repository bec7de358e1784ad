import { Scenario } from '@banyan/testing';
import { ProductListed, QuotePrices, UnknownSku } from '@shop/catalog/contract';
import {
  StockAvailability,
  StockLevelChanged,
  StockRefused,
  StockReleased,
  StockReserved,
} from '@shop/inventory/contract';
import { OrderCancelled, OrderPlaced } from '@shop/orders/contract';
import { ShipmentDispatched } from '@shop/shipping/contract';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { InventoryModule } from './inventory.module';

let inventory: Scenario;

beforeAll(async () => {
  inventory = await Scenario.of(InventoryModule);
  inventory.play(QuotePrices, ({ skus }) => {
    const unknown = skus.filter((sku) => sku.startsWith('UNICORN'));
    if (unknown.length > 0) throw new UnknownSku({ skus: unknown });
    return { quotes: skus.map((sku) => ({ sku, name: sku, price: { amount: 100, currency: 'EUR' } })) };
  });
});
afterAll(() => inventory.stop());

const SAM = { name: 'sam', staff: true };
const receive = (sku: string, quantity: unknown, key?: string) =>
  inventory.http(`POST /stock/${sku}/receipts`, { as: SAM, body: { quantity }, key });
const stock = async (sku: string) => (await inventory.http(`GET /stock/${sku}`)).body;
const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const place = async (quantities: Record<string, number>, orderId = uuidv7()): Promise<string> => {
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({
    sku,
    name: sku,
    quantity,
    price: EUR(100),
  }));
  await inventory.publish(OrderPlaced({ orderId, customerId: uuidv7(), lines, total: EUR(100) }));
  return orderId;
};
const cancel = (orderId: string) =>
  inventory.publish(OrderCancelled({ orderId, customerId: uuidv7(), reason: 'customer-request' }));

const dispatch = (orderId: string, sku: string, quantity: number) =>
  inventory.publish(
    ShipmentDispatched({
      orderId,
      shipmentId: uuidv7(),
      customerId: uuidv7(),
      lines: [{ sku, quantity }],
      carrier: 'Post',
      trackingNumber: 'T1',
    }),
  );

describe('An order', () => {
  it('has its stock shipped with its parcel, also when that is lost before anybody tells of its dispatch', async () => {
    await receive('URN', 5);
    const orderId = await place({ URN: 2 });
    await inventory.published(StockReserved, (event) => event.orderId === orderId);

    await inventory.publish(
      OrderCancelled({ orderId, customerId: uuidv7(), reason: 'parcel-lost', dispatched: true }),
    );
    await inventory.quiet();
    expect(await stock('URN')).toEqual({ sku: 'URN', received: 5, onHand: 3, reserved: 2, shipped: 0 });
    await dispatch(orderId, 'URN', 2);
    await inventory.quiet();

    expect(await stock('URN')).toEqual({ sku: 'URN', received: 5, onHand: 3, reserved: 0, shipped: 2 });
  });

  it('is reported to staff while it holds stock for longer than it should', async () => {
    await receive('OLD', 5);
    const orderId = await place({ OLD: 2 });
    await inventory.published(StockReserved, (event) => event.orderId === orderId);
    const report = async (minutes: number) =>
      (await inventory.http(`GET /reservations?olderThanMinutes=${minutes}`, { as: SAM })).body.items;

    expect(await report(0)).toContainEqual({
      orderId,
      lines: [{ sku: 'OLD', quantity: 2 }],
      madeAt: expect.any(String),
    });
    expect(await report(60)).toEqual([]);
    await cancel(orderId);
    await inventory.published(StockReleased, (event) => event.orderId === orderId);
    expect(await report(0)).not.toContainEqual(expect.objectContaining({ orderId }));
  });

  it('has its stock reserved, and released when it is cancelled', async () => {
    await receive('POT', 5);

    const orderId = await place({ POT: 2 });
    const reserved = await inventory.published(StockReserved, (event) => event.orderId === orderId);
    expect(reserved.lines).toEqual([{ sku: 'POT', quantity: 2 }]);
    expect(await stock('POT')).toEqual({ sku: 'POT', received: 5, onHand: 3, reserved: 2, shipped: 0 });

    await cancel(orderId);
    await inventory.published(StockReleased, (event) => event.orderId === orderId);
    expect(await stock('POT')).toEqual({ sku: 'POT', received: 5, onHand: 5, reserved: 0, shipped: 0 });
  });

  it('is refused as a whole when one product is short', async () => {
    await receive('CUP', 5);
    await receive('RARE', 1);

    const orderId = await place({ CUP: 1, RARE: 2 });

    const refused = await inventory.published(StockRefused, (event) => event.orderId === orderId);
    expect(refused.shortages).toEqual([{ sku: 'RARE', wanted: 2, onHand: 1 }]);
    expect(await stock('CUP')).toMatchObject({ onHand: 5, reserved: 0 });
  });

  it('that is heard of after its cancellation reserves nothing', async () => {
    await receive('VASE', 5);
    const orderId = uuidv7();

    await cancel(orderId);
    await inventory.quiet();
    await place({ VASE: 2 }, orderId);

    expect(await inventory.story(orderId)).toEqual([]);
    expect(await stock('VASE')).toMatchObject({ onHand: 5, reserved: 0 });
  });

  it('among many that want the last pieces gets all or nothing, and no piece is sold twice', async () => {
    await receive('LAST', 7);
    await receive('ONES', 7);

    const buyers = await Promise.all(Array.from({ length: 20 }, () => place({ LAST: 2, ONES: 1 })));
    const stories = await Promise.all(buyers.map((orderId) => inventory.story(orderId)));

    expect(stories.filter(([type]) => type === 'inventory.stock-reserved.v1')).toHaveLength(3);
    expect(stories.filter(([type]) => type === 'inventory.stock-refused.v1')).toHaveLength(17);
    expect(await stock('LAST')).toEqual({ sku: 'LAST', received: 7, onHand: 1, reserved: 6, shipped: 0 });
    expect(await stock('ONES')).toEqual({ sku: 'ONES', received: 7, onHand: 4, reserved: 3, shipped: 0 });
  });
});

describe('Stock', () => {
  it('is kept of every product from the day it is listed', async () => {
    await inventory.publish(
      ProductListed({ sku: 'NOVEL', name: 'A novel', category: 'books', price: EUR(900) }),
    );
    await inventory.quiet();

    expect(await stock('NOVEL')).toEqual({ sku: 'NOVEL', received: 0, onHand: 0, reserved: 0, shipped: 0 });
  });

  it('that moves is announced, and can be asked for', async () => {
    await receive('DISH', 4);

    const level = await inventory.published(StockLevelChanged, ({ sku }) => sku === 'DISH');

    expect(level).toEqual({ sku: 'DISH', onHand: 4, reserved: 0, shipped: 0 });
    expect(await inventory.ask(StockAvailability, { skus: ['DISH', 'NEVER-SEEN'] })).toEqual({
      levels: [
        { sku: 'DISH', onHand: 4 },
        { sku: 'NEVER-SEEN', onHand: 0 },
      ],
    });
  });

  it('is received once per idempotency key, and as often as it comes without', async () => {
    const key = randomUUID();

    await Promise.all([
      receive('BOWL', 3, key),
      receive('BOWL', 3, key),
      receive('BOWL', 3),
      receive('BOWL', 3),
    ]);

    expect(await stock('BOWL')).toMatchObject({ received: 9, onHand: 9 });
    expect(await receive('BOWL', 4, key)).toMatchObject({ status: 422 });
  });
});

describe('Refused by name, with nothing kept, is', () => {
  it.each([0, -1, 1.5, 1_000_001, '3', null])('a receipt of %j pieces', async (quantity) => {
    expect(await receive('TRAY', quantity)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'quantity' }] },
    });
    expect(await inventory.http('GET /stock/TRAY')).toMatchObject({ status: 404 });
  });

  it.each(['UNICORN', 'tray', 'T--'])('a receipt of %s, which is not on sale', async (sku) => {
    expect(await receive(sku, 3)).toMatchObject({ status: 400, body: { errors: [{ field: 'sku' }] } });
    expect((await inventory.http(`GET /stock/${sku}`)).status).toBeGreaterThanOrEqual(400);
  });

  it('a receipt by a customer', async () => {
    expect(
      await inventory.http('POST /stock/TRAY/receipts', { as: 'ann', body: { quantity: 1 } }),
    ).toMatchObject({
      status: 403,
    });
  });
});
