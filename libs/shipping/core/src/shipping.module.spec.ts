import { eventually, personIdOf, Scenario } from '@banyan/testing';
import { CancellationRequested, OrderCancelled, OrderConfirmed } from '@shop/orders/contract';
import {
  ShipmentCancelled,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLost,
} from '@shop/shipping/contract';
import { v7 as uuidv7 } from 'uuid';
import { DeliveryDue } from './features/deliver-shipment/delivery-due';
import { DispatchDue } from './features/dispatch-shipment/dispatch-due';
import { ShippingModule } from './shipping.module';
import { anAddress } from './testing/shipping';

let shipping: Scenario;

beforeAll(async () => {
  // Nothing moves before the test says so.
  process.env['SHIPPING_DISPATCH_AFTER'] = '1h';
  process.env['SHIPPING_DELIVERY_AFTER'] = '1h';
  shipping = await Scenario.of(ShippingModule);
});
afterAll(() => shipping.stop());

const SAM = { name: 'sam', staff: true };
const ANN = personIdOf('ann');
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

const confirm = async (orderId = uuidv7(), postalCode = '3511 AB', customerId = ANN): Promise<string> => {
  await shipping.publish(
    OrderConfirmed({
      orderId,
      customerId,
      lines: [{ sku: 'MUG', name: 'A mug', quantity: 2, price: EUR(2200) }],
      total: EUR(4400),
      address: anAddress({ postalCode }),
    }),
  );
  await eventually(async () => (await shown(orderId)) !== undefined);
  return orderId;
};
const wish = (orderId: string) => shipping.publish(CancellationRequested({ orderId, customerId: ANN }));
const collect = (orderId: string) => shipping.due(DispatchDue({ orderId }));
const ring = async (orderId: string) => {
  await shipping.due(DeliveryDue({ orderId }));
  await shipping.quiet();
};
const list = async (query: string, as: Parameters<Scenario['http']>[1] = { as: 'ann' }) =>
  (await shipping.http(`GET /shipments?${query}`, as)).body.items;
const shown = async (orderId: string) => (await list(`orderId=${orderId}`, { as: SAM }))[0];
const say = async (orderId: string, what: string) =>
  shipping.http(`POST /shipments/${(await shown(orderId)).id}/${what}`, { as: SAM });

describe('A confirmed order', () => {
  it('is dispatched, and delivered at the door', async () => {
    const orderId = await confirm();
    const ours = (event: { orderId: string }) => event.orderId === orderId;

    await collect(orderId);
    const dispatched = await shipping.published(ShipmentDispatched, ours);
    await ring(orderId);
    const delivered = await shipping.published(ShipmentDelivered, ours);

    expect(dispatched).toMatchObject({ customerId: ANN, lines: [{ sku: 'MUG', quantity: 2 }] });
    expect(delivered.shipmentId).toBe(dispatched.shipmentId);
    expect(await shown(orderId)).toEqual({
      id: dispatched.shipmentId,
      orderId,
      status: 'delivered',
      carrier: dispatched.carrier,
      trackingNumber: dispatched.trackingNumber,
      tracking: [
        { at: expect.any(String), what: 'preparing' },
        { at: expect.any(String), what: 'dispatched' },
        { at: expect.any(String), what: 'delivered' },
      ],
    });
  });

  it('at 99999 is tried three times, and then counts as lost', async () => {
    const orderId = await confirm(uuidv7(), '99999');
    await collect(orderId);
    await shipping.quiet();

    for (let times = 0; times < 4; times++) await ring(orderId);

    await shipping.published(ShipmentLost, (event) => event.orderId === orderId);
    expect(await shipping.story(orderId)).toEqual([
      'shipping.shipment-dispatched.v1',
      'shipping.shipment-lost.v1',
    ]);
  });

  it('is not dispatched once its cancellation was heard of', async () => {
    const orderId = await confirm();

    await wish(orderId);
    await shipping.published(ShipmentCancelled, (event) => event.orderId === orderId);
    await collect(orderId);

    expect(await shipping.story(orderId)).toEqual(['shipping.shipment-cancelled.v1']);
    expect(await say(orderId, 'dispatch')).toMatchObject({
      status: 409,
      body: { code: 'shipping.impossible-step', shipmentStatus: 'cancelled' },
    });
  });

  it('is either dispatched or cancelled when both come at once', async () => {
    const orders = await Promise.all(Array.from({ length: 8 }, () => confirm()));

    await Promise.all(orders.flatMap((orderId) => [collect(orderId), wish(orderId)]));

    for (const orderId of orders) {
      await eventually(async () => (await shown(orderId)).status !== 'preparing');
      expect(await shipping.story(orderId)).toHaveLength(1);
    }
  });

  it('that ended otherwise before it left stays in the house, also when that is heard first', async () => {
    const known = await confirm();
    const late = uuidv7();
    for (const orderId of [known, late])
      await shipping.publish(OrderCancelled({ orderId, customerId: ANN, reason: 'customer-request' }));
    await eventually(async () => (await shown(known)).status === 'cancelled');
    await confirm(late);

    for (const orderId of [known, late]) {
      await collect(orderId);
      expect(await shipping.story(orderId)).toEqual(['shipping.shipment-cancelled.v1']);
    }
  });
});

describe('Staff', () => {
  it('say what happened to a parcel, as often as they like', async () => {
    const orderId = await confirm();

    const answers = [];
    for (const what of ['dispatch', 'dispatch', 'delivery', 'delivery'])
      answers.push(await say(orderId, what));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.map(({ body }) => body.status)).toEqual([
      'dispatched',
      'dispatched',
      'delivered',
      'delivered',
    ]);
    expect(await shipping.story(orderId)).toEqual([
      'shipping.shipment-dispatched.v1',
      'shipping.shipment-delivered.v1',
    ]);
  });

  it('cannot lose what was delivered, nor deliver what has not left', async () => {
    const orderId = await confirm();

    expect(await say(orderId, 'delivery')).toMatchObject({
      status: 409,
      body: { code: 'shipping.impossible-step' },
    });
    await say(orderId, 'dispatch');
    await say(orderId, 'delivery');
    expect(await say(orderId, 'loss')).toMatchObject({
      status: 409,
      body: { code: 'shipping.impossible-step' },
    });
  });

  it.each(['dispatch', 'delivery', 'loss'])('alone say %s, and only of a shipment there is', async (what) => {
    const { id } = await shown(await confirm());

    expect(await shipping.http(`POST /shipments/${id}/${what}`, { as: 'ann' })).toMatchObject({
      status: 403,
    });
    expect(await shipping.http(`POST /shipments/${id}/${what}`)).toMatchObject({ status: 401 });
    expect(await shipping.http(`POST /shipments/${uuidv7()}/${what}`, { as: SAM })).toMatchObject({
      status: 404,
      body: { code: 'shipping.shipment-not-found' },
    });
    expect(await shipping.http(`POST /shipments/parcel/${what}`, { as: SAM })).toMatchObject({ status: 400 });
  });
});

describe('Shipments of a customer', () => {
  it('are theirs and the staff’s to see', async () => {
    const cleo = personIdOf('cleo');
    const orders = [await confirm(uuidv7(), '3511 AB', cleo), await confirm(uuidv7(), '3511 AB', cleo)];

    const page = (await shipping.http('GET /shipments?limit=1', { as: 'cleo' })).body;
    const rest = (await shipping.http(`GET /shipments?cursor=${page.nextCursor}`, { as: 'cleo' })).body;

    expect([...rest.items, ...page.items].map(({ orderId }) => orderId)).toEqual(orders);
    expect(rest.nextCursor).toBeNull();
    expect(await list(`orderId=${orders[0]}`, { as: 'cleo' })).toHaveLength(1);
    expect(await list(`orderId=${orders[0]}`, { as: SAM })).toHaveLength(1);
    expect(await list(`orderId=${orders[0]}`, { as: 'bob' })).toEqual([]);
    expect(JSON.stringify(page)).not.toContain('Fig Lane');
  });

  it.each(['orderId=mine', 'cursor=x', 'order=1', 'limit=0'])('are not asked for by %s', async (query) => {
    expect(await shipping.http(`GET /shipments?${query}`, { as: 'ann' })).toMatchObject({ status: 400 });
  });
});
