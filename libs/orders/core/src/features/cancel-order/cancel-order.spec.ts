import { OrderAlreadyCancelled, OrderNotFound, OrderOnItsWay } from '../../domain/order-errors';
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

  it('is asked of whoever sends the goods, once it is confirmed', async () => {
    const { put, place, pay, cancel, follow, order, published } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await pay(id);

    await cancel(id, ANN);
    await cancel(id, ANN);
    expect(order(id).status).toBe('cancelling');
    expect(published.at(-1)).toEqual({
      type: 'orders.cancellation-requested',
      data: { orderId: id, customerId: ANN },
    });

    await follow(id, 'shipmentCancelled');
    expect(order(id)).toMatchObject({ status: 'cancelled', cancellationReason: 'customer-request' });
    expect(published.slice(-2).map(({ type }) => type)).toEqual([
      'orders.cancellation-requested',
      'orders.order-cancelled',
    ]);
  });

  it('comes too late for goods that are on their way, which its timeline tells', async () => {
    const { put, place, pay, cancel, follow, order } = orders();
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);
    await pay(id);
    await cancel(id, ANN);

    await follow(id, 'dispatched');

    expect(order(id).status).toBe('dispatched');
    expect(
      order(id)
        .timeline.slice(-3)
        .map(({ what }) => what),
    ).toEqual(['cancelling', 'cancellation-refused', 'dispatched']);
    await expect(cancel(id, ANN)).rejects.toThrow(OrderOnItsWay);
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
