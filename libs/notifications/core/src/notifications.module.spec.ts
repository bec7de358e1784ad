import { eventually, personIdOf, Scenario } from '@banyan/testing';
import { NotificationSent } from '@shop/notifications/contract';
import { OrderCancelled, OrderConfirmed } from '@shop/orders/contract';
import { PaymentRefunded } from '@shop/payments/contract';
import { ShipmentDelivered, ShipmentDispatched, ShipmentLost } from '@shop/shipping/contract';
import { CustomerPreferencesChanged, CustomerProfileChanged, CustomerRegistered } from '@shop/users/contract';
import { v7 as uuidv7 } from 'uuid';
import { NotificationsModule } from './notifications.module';

let notifications: Scenario;

beforeAll(async () => {
  delete process.env['SMTP_URL'];
  notifications = await Scenario.of(NotificationsModule);
});
afterAll(() => notifications.stop());

const EUR = (amount: number) => ({ amount, currency: 'EUR' });
const register = (name: string, orderMails = true) =>
  notifications.publish(
    CustomerRegistered({
      customerId: personIdOf(name),
      name,
      email: `${name}@example.org`,
      preferences: { orderMails },
    }),
  );
const told = async (as: string) => (await notifications.http('GET /notifications', { as })).body.items;
/** Waits until this, newest first, is all that somebody was told. */
const reads = (as: string, ...all: string[]) =>
  eventually(async () => {
    const items: { template: string; status: string }[] = await told(as);
    expect(items.map(({ template, status }) => `${template} ${status}`)).toEqual(all);
  });
const ofOrder = (name: string) => ({
  orderId: uuidv7(),
  shipmentId: uuidv7(),
  paymentId: uuidv7(),
  customerId: personIdOf(name),
});

describe('A customer', () => {
  it('is welcomed, and reads of all that happens to their orders, newest first', async () => {
    const { orderId, shipmentId, paymentId, customerId } = ofOrder('ann');
    const lines = [{ sku: 'MUG', name: 'A mug', quantity: 2, price: EUR(2200) }];
    const address = {
      name: 'Ann',
      line1: '1 Fig Lane',
      city: 'Utrecht',
      postalCode: '3511 AB',
      country: 'NL',
    };
    const parcel = { carrier: 'Fig Parcel', trackingNumber: 'FP1' };

    const all = ['welcome sent'];
    await register('ann');
    await reads('ann', ...all);
    for (const event of [
      OrderConfirmed({ orderId, customerId, lines, total: EUR(4400), address }),
      ShipmentDispatched({
        orderId,
        shipmentId,
        customerId,
        lines: [{ sku: 'MUG', quantity: 2 }],
        ...parcel,
      }),
      ShipmentDelivered({ orderId, shipmentId, customerId }),
      ShipmentLost({ orderId, shipmentId, customerId }),
      OrderCancelled({ orderId, customerId, reason: 'parcel-lost', dispatched: true }),
      PaymentRefunded({
        orderId,
        paymentId,
        customerId,
        refundId: uuidv7(),
        amount: EUR(4400),
        refunded: EUR(4400),
        reason: 'cancellation',
      }),
    ]) {
      await notifications.publish(event);
      all.unshift(`${event.contract.subject.split('.')[1]} sent`);
      await reads('ann', ...all);
    }

    expect(all).toHaveLength(7);
    const [last] = await told('ann');
    expect(last).toEqual({
      id: expect.any(String),
      template: 'payment-refunded',
      subject: 'You get money back',
      text: `For your order ${orderId} you get €44.00 back.`,
      at: expect.any(String),
      status: 'sent',
    });
    await notifications.published(NotificationSent, (sent) => sent.notificationId === last.id);
    expect(await notifications.story(customerId)).toHaveLength(7);
  });

  it('is told as soon as they are known, should news of their order be faster than their registration', async () => {
    await notifications.publish(ShipmentDelivered(ofOrder('early')));
    await reads('early', 'shipment-delivered pending');

    await register('early');

    await reads('early', 'welcome sent', 'shipment-delivered sent');
  });

  it('who wants no mail about orders is mailed none, from the moment they say so', async () => {
    const customerId = personIdOf('quiet');
    await register('quiet');
    await reads('quiet', 'welcome sent');
    await notifications.publish(
      CustomerProfileChanged({ customerId, name: 'Quiet', email: 'quieter@example.org' }),
    );
    await notifications.publish(
      CustomerPreferencesChanged({ customerId, preferences: { orderMails: false } }),
    );
    // The first look may miss what is just leaving its publisher.
    for (let looks = 0; looks < 2; looks++) await notifications.quiet();

    await notifications.publish(ShipmentDelivered(ofOrder('quiet')));

    await reads('quiet', 'shipment-delivered suppressed', 'welcome sent');
  });

  it('reads what is theirs alone, page by page', async () => {
    await register('cleo');
    await reads('cleo', 'welcome sent');
    await notifications.publish(ShipmentDelivered(ofOrder('cleo')));
    await reads('cleo', 'shipment-delivered sent', 'welcome sent');

    const page = (await notifications.http('GET /notifications?limit=1', { as: 'cleo' })).body;
    const rest = (await notifications.http(`GET /notifications?cursor=${page.nextCursor}`, { as: 'cleo' }))
      .body;

    expect([...page.items, ...rest.items]).toHaveLength(2);
    expect(rest.nextCursor).toBeNull();
    expect(await told('nobody')).toEqual([]);
    expect(
      await notifications.http('GET /notifications', { as: { name: 'sam', staff: true } }),
    ).toMatchObject({
      body: { items: [] },
    });
    expect(await notifications.http('GET /notifications')).toMatchObject({ status: 401 });
    expect(await notifications.http('GET /notifications?cursor=x', { as: 'cleo' })).toMatchObject({
      status: 400,
    });
  });
});
