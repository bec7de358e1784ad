import { shipmentDelivered } from '../../domain/templates';
import { ANN, notifications, ORDER } from '../../testing/notifications';

const delivered = shipmentDelivered({ orderId: ORDER });

describe('A recipient', () => {
  it('is mailed where and as they want it now', async () => {
    const { registered, changed, tell, deliver, mailer } = notifications();
    await registered(ANN);
    await changed(ANN, { name: 'Anna', email: 'anna@example.org' });

    await tell(ANN, delivered, 'one');
    await deliver();
    await changed(ANN, { orderMails: false });
    await tell(ANN, delivered, 'two');
    await deliver();

    expect(mailer.taken).toMatchObject([
      { key: 'shipment-delivered.one', to: { name: 'Anna', email: 'anna@example.org' } },
    ]);
  });

  it('keeps what they changed when their registration is heard of again', async () => {
    const { registered, changed, tell, deliver, mailer, told } = notifications();
    await registered(ANN);
    await changed(ANN, { email: 'anna@example.org', name: 'Anna' });
    await changed(ANN, { orderMails: false });

    await registered(ANN);
    await tell(ANN, delivered);
    await deliver();

    expect(mailer.taken).toEqual([]);
    expect(await told(ANN)).toMatchObject([{ status: 'suppressed' }]);
  });

  it('who wants no more mail gets none that is still being tried either', async () => {
    const { registered, changed, tell, deliver, mailer, told } = notifications();
    await registered(ANN);
    mailer.setbacks.push('later');
    await tell(ANN, delivered);
    await deliver();

    await changed(ANN, { orderMails: false });
    await deliver();

    expect(mailer.taken).toEqual([]);
    expect(await told(ANN)).toMatchObject([{ status: 'suppressed' }]);
  });
});
