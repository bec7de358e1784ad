import { shipmentDelivered, welcome } from '../../domain/templates';
import { ANN, BOB, notifications, ORDER } from '../../testing/notifications';

const delivered = shipmentDelivered({ orderId: ORDER });

describe('Telling a customer', () => {
  it('is done once per cause, however often it is heard of', async () => {
    const { registered, tell, deliver, told, mailer, published } = notifications();
    await registered(ANN);

    await tell(ANN, delivered);
    await tell(ANN, delivered);
    await deliver();
    await tell(ANN, delivered);
    await deliver();

    const [notification, ...more] = await told(ANN);
    expect(more).toEqual([]);
    expect(notification).toMatchObject({ template: 'shipment-delivered', status: 'sent' });
    expect(mailer.taken).toHaveLength(1);
    expect(published).toEqual([
      {
        type: 'notifications.notification-sent',
        data: { notificationId: notification!.id, customerId: ANN, template: 'shipment-delivered' },
      },
    ]);
  });

  it('of two things with one cause takes two notifications', async () => {
    const { tell, told } = notifications();

    await tell(ANN, welcome());
    await tell(ANN, delivered);

    expect(await told(ANN)).toHaveLength(2);
  });

  it('waits until it is known where to reach them, and is readable meanwhile', async () => {
    const { registered, tell, deliver, told, mailer } = notifications();

    await tell(ANN, delivered);
    await deliver();
    expect(await told(ANN)).toMatchObject([{ status: 'pending', subject: 'Your order was delivered' }]);

    await registered(BOB, { email: 'bob@example.org' });
    await deliver();
    expect(mailer.taken).toEqual([]);

    await registered(ANN);
    await deliver();
    expect(mailer.taken).toMatchObject([{ to: { name: 'Ann', email: 'ann@example.org' } }]);
    expect(await told(ANN)).toMatchObject([{ status: 'sent' }]);
  });

  it('is not done by mail when they want none about orders, but they are welcomed all the same', async () => {
    const { registered, tell, deliver, told, mailer, published } = notifications();
    await registered(ANN, { orderMails: false });

    await tell(ANN, welcome());
    await tell(ANN, delivered);
    await deliver();

    expect(mailer.taken.map(({ subject }) => subject)).toEqual(['Welcome to Banyan']);
    expect(published).toHaveLength(1);
    expect(await told(ANN)).toMatchObject([
      { template: 'shipment-delivered', status: 'suppressed' },
      { template: 'welcome', status: 'sent' },
    ]);
  });
});
