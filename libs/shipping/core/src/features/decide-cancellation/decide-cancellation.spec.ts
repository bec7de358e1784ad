import { ANN, ORDER, shipping } from '../../testing/shipping';

describe('A cancellation', () => {
  it('keeps goods that are still here', async () => {
    const { confirm, cancel, dispatch, shipment, published } = shipping();
    await confirm();

    await cancel();

    expect(await dispatch()).toBe(false);
    const { id, status } = (await shipment())!;
    expect(status).toBe('cancelled');
    expect(published).toEqual([
      { type: 'shipping.shipment-cancelled', data: { orderId: ORDER, shipmentId: id, customerId: ANN } },
    ]);
  });

  it('comes too late for goods that have left: nothing is announced, and it is noted once', async () => {
    const { confirm, cancel, dispatch, shipment, published } = shipping();
    await confirm();
    await dispatch();

    await cancel();
    await cancel();

    expect(published.map(({ type }) => type)).toEqual(['shipping.shipment-dispatched']);
    expect(await shipment()).toMatchObject({
      status: 'dispatched',
      tracking: [{ what: 'preparing' }, { what: 'dispatched' }, { what: 'cancellation-refused' }],
    });
  });

  it('heard of before its order ends the shipment as soon as there is one', async () => {
    const { confirm, cancel, dispatch, shipment, timers, published } = shipping();

    await cancel();
    expect(published).toEqual([]);
    expect(await shipment()).toBeUndefined();

    await confirm();
    expect(await dispatch()).toBe(false);
    expect(await shipment()).toMatchObject({ status: 'cancelled' });
    expect(published.map(({ type }) => type)).toEqual(['shipping.shipment-cancelled']);
    expect(timers.waiting).toEqual([]);
  });
});
