import { ADDRESS, ANN, orders } from '../../testing/orders';

describe('An order whose stock is reserved', () => {
  it('is due to be paid, with the token that its customer gave, for whoever captures the money', async () => {
    const { put, place, requestPayment, order, published } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    await requestPayment(id);
    await requestPayment(id);

    expect(order(id).status).toBe('awaiting-payment');
    expect(published.slice(1)).toEqual([
      {
        type: 'orders.payment-due',
        data: {
          orderId: id,
          customerId: ANN,
          total: { amount: 2200, currency: 'EUR' },
          paymentToken: 'tok_ok',
          placedAt: order(id).timeline[0]!.at,
        },
      },
    ]);
  });
});

describe('An order that is paid', () => {
  it('is confirmed and announced with its address, and stops its deadline', async () => {
    const { put, place, pay, published, timers } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    await pay(id);

    expect(published.at(-1)).toMatchObject({
      type: 'orders.order-confirmed',
      data: { orderId: id, customerId: ANN, total: { amount: 2200, currency: 'EUR' }, address: ADDRESS },
    });
    expect(timers.waiting).toEqual([]);
  });

  it('stays cancelled when its customer was faster', async () => {
    const { put, place, cancel, requestPayment, confirm, order, published } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await requestPayment(id);
    await cancel(id, ANN);

    await confirm(id);

    expect(order(id).status).toBe('cancelled');
    expect(published.at(-1)?.type).toBe('orders.order-cancelled');
  });
});
