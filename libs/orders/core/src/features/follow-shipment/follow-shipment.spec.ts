import { ANN, orders } from '../../testing/orders';

async function confirmed() {
  const shop = orders({ MUG: 2200 });
  await shop.put(ANN, 'MUG', 1);
  const { id } = await shop.place(ANN);
  await shop.pay(id);
  return { id, ...shop };
}

describe('The goods of a confirmed order', () => {
  it('are dispatched and delivered, and some time later the order is completed', async () => {
    const { id, follow, complete, order, timers, published } = await confirmed();

    await follow(id, 'dispatched');
    await follow(id, 'delivered');
    expect(order(id).status).toBe('delivered');
    expect(timers.waiting).toMatchObject([{ type: 'orders.completion-due', data: { orderId: id } }]);

    await complete(id);
    await complete(id);
    expect(order(id).status).toBe('completed');
    expect(published.filter(({ type }) => type === 'orders.order-completed')).toHaveLength(1);
  });

  it('may be lost: the order ends, and says that nothing comes back to the shelf', async () => {
    const { id, follow, order, published } = await confirmed();
    await follow(id, 'dispatched');

    await follow(id, 'lost');

    expect(order(id)).toMatchObject({ status: 'cancelled', cancellationReason: 'parcel-lost' });
    expect(published.at(-1)).toEqual({
      type: 'orders.order-cancelled',
      data: { orderId: id, customerId: ANN, reason: 'parcel-lost', dispatched: true },
    });
  });

  it('that are delivered before anybody told of their dispatch were dispatched as well', async () => {
    const { id, follow, order } = await confirmed();

    await follow(id, 'delivered');
    await follow(id, 'dispatched');

    expect(order(id).status).toBe('delivered');
    expect(
      order(id)
        .timeline.slice(-2)
        .map(({ what }) => what),
    ).toEqual(['dispatched', 'delivered']);
  });
});

describe('A refund', () => {
  it('is told in the timeline, and moves nothing', async () => {
    const { id, follow, noteRefund, order } = await confirmed();
    await follow(id, 'dispatched');
    const euros = (amount: number) => ({ amount, currency: 'EUR' });

    await noteRefund({
      orderId: id,
      paymentId: id,
      refundId: id,
      customerId: ANN,
      amount: euros(500),
      refunded: euros(500),
      reason: 'goodwill',
    });

    expect(order(id).status).toBe('dispatched');
    expect(order(id).timeline.at(-1)).toMatchObject({
      what: 'refunded',
      note: expect.stringMatching(/^EUR\s5\.00 went back to you\.$/),
    });
  });
});
