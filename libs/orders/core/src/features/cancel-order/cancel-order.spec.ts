import { OrderAlreadyCancelled, OrderNotFound } from '../../domain/order-errors';
import { ANN, BOB, orders } from '../../testing/orders';

describe('Cancelling an order', () => {
  it('is announced once, however often its customer asks', async () => {
    const { put, place, cancel, published, timers } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    await cancel(id, ANN);
    await cancel(id, ANN);

    expect(published.slice(1)).toEqual([
      { type: 'orders.order-cancelled', data: { orderId: id, customerId: ANN, reason: 'customer-request' } },
    ]);
    expect(timers.waiting).toEqual([]);
  });

  it('is still possible once it is confirmed', async () => {
    const { put, place, confirm, cancel, order } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await confirm(id);

    await cancel(id, ANN);

    expect(order(id).status).toBe('cancelled');
  });

  it('is refused when the shop had to give it up already', async () => {
    const { put, place, giveUp, cancel } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await giveUp(id, 'stock-refused');

    await expect(cancel(id, ANN)).rejects.toThrow(OrderAlreadyCancelled);
  });

  it('of another customer finds no order', async () => {
    const { put, place, cancel, order } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    await expect(cancel(id, BOB)).rejects.toThrow(OrderNotFound);

    expect(order(id).status).toBe('placed');
  });
});
