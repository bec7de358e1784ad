import { ANN, orders } from '../../testing/orders';

describe('Giving up an order', () => {
  it.each(['stock-refused', 'payment-declined', 'checkout-expired'] as const)(
    'is announced with its reason: %s',
    async (mishap) => {
      const { put, place, giveUp, published, timers } = orders();
      await put(ANN, 'MUG', 1);
      const { id } = await place(ANN);

      await giveUp(id, mishap);

      expect(published.at(-1)).toEqual({
        type: 'orders.order-cancelled',
        data: { orderId: id, customerId: ANN, reason: mishap },
      });
      expect(timers.waiting).toEqual([]);
    },
  );

  it('comes too late for a confirmed order', async () => {
    const { put, place, pay, giveUp, order, published } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await pay(id);

    await giveUp(id, 'checkout-expired');

    expect(order(id).status).toBe('confirmed');
    expect(published.at(-1)?.type).toBe('orders.order-confirmed');
  });
});
