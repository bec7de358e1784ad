import { ANN, orders } from '../../testing/orders';

describe('Confirming an order whose stock is reserved', () => {
  it('is announced, and stops its deadline', async () => {
    const { put, place, confirm, published, timers } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    await confirm(id);

    expect(published.at(-1)).toMatchObject({
      type: 'orders.order-confirmed',
      data: { orderId: id, customerId: ANN, total: { amount: 2200, currency: 'EUR' } },
    });
    expect(timers.waiting).toEqual([]);
  });

  it('does nothing when its customer was faster with a cancellation', async () => {
    const { put, place, cancel, confirm, order, published } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await cancel(id, ANN);

    await confirm(id);

    expect(order(id).status).toBe('cancelled');
    expect(published.map(({ type }) => type)).toEqual(['orders.order-placed', 'orders.order-cancelled']);
  });
});
