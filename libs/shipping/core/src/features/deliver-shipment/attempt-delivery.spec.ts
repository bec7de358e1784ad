import { ManualCarrier } from '../../adapters/manual-carrier';
import { ImpossibleStep } from '../../domain/shipment-errors';
import { ANN, anAddress, ORDER, shipping } from '../../testing/shipping';

const at = (postalCode: string) => ({ address: anAddress({ postalCode }) });

describe('A parcel', () => {
  it('leaves three seconds after its order was confirmed, and its carrier rings five seconds later', async () => {
    const { confirm, dispatch, timers, published } = shipping();
    const before = Date.now();

    await confirm();
    expect(timers.waiting).toMatchObject([{ type: 'shipping.dispatch-due', data: { orderId: ORDER } }]);
    expect(timers.waiting[0]!.due.getTime()).toBeGreaterThanOrEqual(before + 3_000);

    await dispatch();
    expect(timers.waiting.at(-1)).toMatchObject({ type: 'shipping.delivery-due', data: { orderId: ORDER } });
    expect(timers.waiting.at(-1)!.due.getTime()).toBeGreaterThanOrEqual(before + 5_000);
    expect(published).toEqual([
      {
        type: 'shipping.shipment-dispatched',
        data: {
          orderId: ORDER,
          shipmentId: expect.any(String),
          customerId: ANN,
          lines: [{ sku: 'MUG', quantity: 2 }],
          carrier: 'Fig Parcel',
          trackingNumber: expect.stringMatching(/^FP\d{12}$/),
        },
      },
    ]);
  });

  it.each([
    ['where somebody opens', '3511 AB', ['delivered']],
    ['at 00000, where nobody is at home the first time', '00000', ['nobody-at-home', 'delivered']],
    [
      'at 99999, where nobody ever is',
      '99999',
      ['nobody-at-home', 'nobody-at-home', 'nobody-at-home', 'lost'],
    ],
  ])('%s is followed to its end', async (_, postalCode, story) => {
    const { confirm, dispatch, ring, shipment, published } = shipping();
    await confirm(at(postalCode));
    await dispatch();

    for (let times = 0; times < 5; times++) await ring();

    const { tracking } = (await shipment())!;
    expect(tracking.map(({ what }) => what)).toEqual(['preparing', 'dispatched', ...story]);
    expect(published.map(({ type }) => type)).toEqual([
      'shipping.shipment-dispatched',
      `shipping.shipment-${story.at(-1)}`,
    ]);
  });

  it('in a van of our own moves when staff say so, and never by itself', async () => {
    const { confirm, dispatch, deliver, shipment, timers } = shipping(new ManualCarrier());

    await confirm();
    await dispatch();
    expect(timers.waiting).toEqual([]);

    await deliver();
    expect(await shipment()).toMatchObject({ status: 'delivered', carrier: 'Our own van' });
  });

  it('that was delivered is not lost any more, nor one found that was lost, nor either before it left', async () => {
    const delivered = shipping();
    const lost = shipping();
    const here = shipping();
    for (const each of [delivered, lost, here]) await each.confirm();
    for (const each of [delivered, lost]) await each.dispatch();
    await delivered.deliver();
    await lost.lose();

    await expect(delivered.lose()).rejects.toThrow(ImpossibleStep);
    await expect(lost.deliver()).rejects.toThrow(ImpossibleStep);
    await expect(here.deliver()).rejects.toThrow(ImpossibleStep);
    await expect(here.lose()).rejects.toThrow(ImpossibleStep);
  });
});
