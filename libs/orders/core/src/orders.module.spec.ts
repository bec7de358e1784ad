import { StockRefused, StockReserved } from '@shop/inventory/contract';
import {
  CancellationRequested,
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  PaymentDue,
} from '@shop/orders/contract';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@shop/payments/contract';
import {
  ShipmentCancelled,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLost,
} from '@shop/shipping/contract';
import { randomUUID } from 'node:crypto';
import { CheckoutExpired } from './features/checkout-deadline/checkout-expired';
import { CompletionDue } from './features/complete-order/completion-due';
import { ADDRESS } from './testing/orders';
import { type OrdersScenario, ordersScenario } from './testing/orders-scenario';

let shop: OrdersScenario;
let orders: OrdersScenario['scenario'];

beforeAll(async () => {
  shop = await ordersScenario({ MUG: 2200, TEA: 1450 });
  orders = shop.scenario;
});
afterAll(() => orders.stop());

const reserve = (orderId: string) =>
  orders.publish(StockReserved({ orderId, lines: [{ sku: 'MUG', quantity: 2 }] }));
const refuse = (orderId: string) =>
  orders.publish(StockRefused({ orderId, shortages: [{ sku: 'MUG', wanted: 2, onHand: 1 }] }));

const euros = (amount: number) => ({ amount, currency: 'EUR' });
const pay = (orderId: string) =>
  orders.publish(PaymentCaptured({ orderId, paymentId: orderId, customerId: orderId, amount: euros(4400) }));
const decline = (orderId: string) =>
  orders.publish(
    PaymentDeclined({ orderId, paymentId: orderId, customerId: orderId, reason: 'card-declined' }),
  );
const shipment = (orderId: string) => ({ orderId, shipmentId: orderId, customerId: orderId });
const dispatch = (orderId: string) =>
  orders.publish(
    ShipmentDispatched({
      ...shipment(orderId),
      lines: [{ sku: 'MUG', quantity: 2 }],
      carrier: 'Post',
      trackingNumber: 'T1',
    }),
  );
/** Places an order and brings it to where it may be shipped. */
const confirmed = async () => {
  const id = await shop.place();
  await reserve(id);
  await orders.published(PaymentDue, ({ orderId }) => orderId === id);
  await pay(id);
  await orders.published(OrderConfirmed, ({ orderId }) => orderId === id);
  return id;
};

describe('Checkout', () => {
  it('announces the order, asks for its money once its stock is reserved, and confirms it once it is paid', async () => {
    const id = await shop.place();
    await orders.published(OrderPlaced, ({ orderId }) => orderId === id);

    await reserve(id);
    const due = await orders.published(PaymentDue, ({ orderId }) => orderId === id);
    expect([due.total, due.paymentToken]).toEqual([euros(4400), 'tok_ok']);
    expect((await shop.show(id)).status).toBe('awaiting-payment');

    await pay(id);
    const told = await orders.published(OrderConfirmed, ({ orderId }) => orderId === id);
    expect([told.total, told.address]).toEqual([euros(4400), ADDRESS]);
    expect(await shop.show(id)).toMatchObject({
      status: 'confirmed',
      timeline: [{ what: 'placed' }, { what: 'stock-reserved' }, { what: 'paid' }, { what: 'confirmed' }],
    });
  });

  it('goes on until the order is completed', async () => {
    const id = await confirmed();

    await dispatch(id);
    await orders.publish(ShipmentDelivered(shipment(id)));
    await orders.quiet();
    await orders.due(CompletionDue({ orderId: id }));

    await orders.published(OrderCompleted, ({ orderId }) => orderId === id);
    expect((await shop.show(id)).status).toBe('completed');
  });

  it('cancels the order when its payment is declined', async () => {
    const id = await shop.place();
    await reserve(id);
    await orders.published(PaymentDue, ({ orderId }) => orderId === id);

    await decline(id);

    const cancelled = await orders.published(OrderCancelled, ({ orderId }) => orderId === id);
    expect(cancelled.reason).toBe('payment-declined');
  });

  it('cancels the order when its parcel is lost, and tells of the refund', async () => {
    const id = await confirmed();
    await dispatch(id);

    await orders.publish(ShipmentLost(shipment(id)));
    const cancelled = await orders.published(OrderCancelled, ({ orderId }) => orderId === id);
    await orders.publish(
      PaymentRefunded({
        orderId: id,
        paymentId: id,
        refundId: id,
        customerId: id,
        amount: euros(4400),
        refunded: euros(4400),
        reason: 'cancellation',
      }),
    );

    expect(cancelled).toMatchObject({ reason: 'parcel-lost', dispatched: true });
    await orders.quiet();
    const { timeline } = await shop.show(id);
    expect(timeline.map(({ what }: { what: string }) => what).slice(-3)).toEqual([
      'dispatched',
      'cancelled',
      'refunded',
    ]);
  });

  it('cancels the order when its stock is refused, and says what is short', async () => {
    const id = await shop.place();

    await refuse(id);

    const cancelled = await orders.published(OrderCancelled, ({ orderId }) => orderId === id);
    expect(cancelled.reason).toBe('stock-refused');
    expect(await shop.show(id)).toMatchObject({
      status: 'cancelled',
      timeline: [{ what: 'placed' }, { what: 'cancelled', note: 'Not in stock: MUG (1 of 2)' }],
    });
  });

  it('cancels the order when no answer came in time, and lets a late one change nothing', async () => {
    const id = await shop.place();

    await orders.due(CheckoutExpired({ orderId: id }));
    const cancelled = await orders.published(OrderCancelled, ({ orderId }) => orderId === id);
    await reserve(id);

    expect(cancelled.reason).toBe('checkout-expired');
    expect(await orders.story(id)).toEqual(['orders.order-placed.v1', 'orders.order-cancelled.v1']);
  });

  it('stays confirmed when its deadline passes in the same moment', async () => {
    const id = await confirmed();

    await orders.due(CheckoutExpired({ orderId: id }));

    expect(await orders.story(id)).toEqual([
      'orders.order-placed.v1',
      'orders.payment-due.v1',
      'orders.order-confirmed.v1',
    ]);
  });

  it('keeps a customer’s cancellation that crosses with the reservation of its stock', async () => {
    const id = await shop.place();

    const [cancellation] = await Promise.all([
      orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' }),
      reserve(id),
    ]);

    expect(cancellation.status).toBe(202);
    const story = await orders.story(id);
    expect(story.at(-1)).toBe('orders.order-cancelled.v1');
    expect(story.filter((type) => type === 'orders.order-cancelled.v1')).toHaveLength(1);
    expect(await shop.show(id)).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'customer-request',
    });
  });

  it('answers the same order alike, however often and at once it is sent', async () => {
    await shop.put('MUG', 1);
    const key = randomUUID();

    const answers = await Promise.all([1, 2, 3].map(() => shop.order({ key })));

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await shop.cart()).toEqual([]);
  });
});

describe('Cancelling', () => {
  it('can be asked for again, and is answered alike', async () => {
    const id = await shop.place();

    const first = await orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' });
    const second = await orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' });

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
  });

  it('of a confirmed order is asked of shipping, whose answer decides', async () => {
    const id = await confirmed();

    const asked = await orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' });
    expect(asked).toMatchObject({ status: 202, body: { status: 'cancelling' } });
    await orders.published(CancellationRequested, ({ orderId }) => orderId === id);
    await orders.publish(ShipmentCancelled(shipment(id)));

    const cancelled = await orders.published(OrderCancelled, ({ orderId }) => orderId === id);
    expect(cancelled.reason).toBe('customer-request');
    expect(cancelled.dispatched).toBeUndefined();
  });

  it('is a conflict once the goods have left', async () => {
    const id = await confirmed();
    await dispatch(id);
    await orders.quiet();

    const answer = await orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'orders.order-on-its-way' } });
  });

  it('is a conflict when the shop had to give it up already', async () => {
    const id = await shop.place();
    await refuse(id);
    await orders.published(OrderCancelled, ({ orderId }) => orderId === id);

    const answer = await orders.http(`POST /orders/${id}/cancellation`, { as: 'ann' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'orders.order-already-cancelled' } });
  });
});

describe('Orders of a customer', () => {
  it('are listed page by page, the newest first', async () => {
    const [first, second, third] = [
      await shop.place('cleo'),
      await shop.place('cleo'),
      await shop.place('cleo'),
    ];

    const page = (await orders.http('GET /orders?limit=2', { as: 'cleo' })).body;
    const rest = (await orders.http(`GET /orders?limit=2&cursor=${page.nextCursor}`, { as: 'cleo' })).body;

    expect(page.items.map(({ id }: { id: string }) => id)).toEqual([third, second]);
    expect(rest.items.map(({ id }: { id: string }) => id)).toEqual([first]);
    expect(rest.nextCursor).toBeNull();
  });

  it('are nobody else’s to see or to cancel, not even for staff', async () => {
    const id = await shop.place();

    for (const as of ['bob', { name: 'sam', staff: true }]) {
      expect(await orders.http(`GET /orders/${id}`, { as })).toMatchObject({
        status: 404,
        body: { code: 'orders.order-not-found' },
      });
      expect(await orders.http(`POST /orders/${id}/cancellation`, { as })).toMatchObject({ status: 404 });
    }
    expect((await orders.http('GET /orders', { as: 'bob' })).body.items).toEqual([]);
  });
});

describe('While catalog is away', () => {
  it('carts and orders are still shown, and what needs a price says to try again', async () => {
    expect(await shop.put('AWAY', 1)).toMatchObject({
      status: 503,
      body: { code: 'http.context-unavailable' },
    });
    expect(await orders.http('GET /cart', { as: 'ann' })).toMatchObject({ status: 200 });
  });
});
