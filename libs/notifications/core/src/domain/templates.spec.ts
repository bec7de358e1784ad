import {
  orderCancelled,
  orderConfirmed,
  paymentRefunded,
  shipmentDelivered,
  shipmentDispatched,
  shipmentLost,
  welcome,
} from './templates';

const orderId = '0190b6a0-0000-7000-8000-000000000001';
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

describe('A customer reads', () => {
  it('what they ordered and paid', () => {
    const lines = [
      { name: 'A mug', quantity: 2 },
      { name: 'Some tea', quantity: 1 },
    ];

    expect(orderConfirmed({ orderId, lines, total: EUR(5850) })).toEqual({
      template: 'order-confirmed',
      subject: 'Your order is confirmed',
      text: `We are getting your order ${orderId} ready:\n  2 × A mug\n  1 × Some tea\nYou paid €58.50.`,
    });
  });

  it.each([
    ['customer-request', 'You asked us to.'],
    ['payment-declined', 'Your payment was declined, and nothing was taken.'],
    ['a reason of tomorrow', 'We could not fulfil it.'],
  ])('why an order was cancelled: %s', (reason, words) => {
    expect(orderCancelled({ orderId, reason }).text).toBe(`Your order ${orderId} was cancelled. ${words}`);
  });

  it('how to follow a parcel', () => {
    const { text } = shipmentDispatched({ orderId, carrier: 'Fig Parcel', trackingNumber: 'FP000000000001' });

    expect(text).toBe(`Fig Parcel brings you your order ${orderId}. Follow it under FP000000000001.`);
  });

  it('how much comes back, also in currencies without cents', () => {
    const yen = { amount: 1200, currency: 'JPY' };

    expect(paymentRefunded({ orderId, amount: EUR(500), refunded: EUR(1500) }).text).toBe(
      `For your order ${orderId} you get €5.00 back. Together with earlier refunds that is €15.00.`,
    );
    expect(paymentRefunded({ orderId, amount: yen, refunded: yen }).text).toContain('JP¥1,200 back.');
  });

  it('a subject of one line for each of them', () => {
    const all = [welcome(), shipmentDelivered({ orderId }), shipmentLost({ orderId })];

    for (const { subject, text } of all) expect([subject, text].join()).toMatch(/^[^\r\n]{10,}$/);
  });
});
