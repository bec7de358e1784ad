import { CartChanged, CartIsEmpty, NotOnSale } from '../../domain/cart-errors';
import { NoSuchAddress, PriceChanged } from '../../domain/order-errors';
import { ADDRESS, ANN, NOWHERE, orders } from '../../testing/orders';

describe('Placing an order', () => {
  it('takes the whole cart at the prices of now, and announces it', async () => {
    const { put, place, published } = orders({ MUG: 2200, TEA: 1450 });
    await put(ANN, 'MUG', 2);
    await put(ANN, 'TEA', 1);

    const { id } = await place(ANN);

    expect(published).toEqual([
      {
        type: 'orders.order-placed',
        data: {
          orderId: id,
          customerId: ANN,
          lines: [
            { sku: 'MUG', name: 'A MUG', quantity: 2, price: { amount: 2200, currency: 'EUR' } },
            { sku: 'TEA', name: 'A TEA', quantity: 1, price: { amount: 1450, currency: 'EUR' } },
          ],
          total: { amount: 5850, currency: 'EUR' },
        },
      },
    ]);
  });

  it('empties the cart', async () => {
    const { put, place, cart } = orders();
    await put(ANN, 'MUG', 2);

    await place(ANN);

    expect(await cart(ANN)).toEqual([]);
  });

  it('tells its customer everything but where the money comes from', async () => {
    const { put, place } = orders();
    await put(ANN, 'MUG', 2);

    const placed = await place(ANN, { paymentToken: 'tok_secret' });

    expect(placed).toMatchObject({ status: 'placed', total: { amount: 4400, currency: 'EUR' } });
    expect(JSON.stringify(placed)).not.toContain('tok_secret');
  });

  it('gives its confirmation a deadline of fifteen minutes', async () => {
    const { put, place, timers } = orders();
    await put(ANN, 'MUG', 2);

    const { id, timeline } = await place(ANN);

    expect(timers.waiting).toEqual([
      {
        type: 'orders.checkout-expired',
        data: { orderId: id },
        due: new Date(Date.parse(timeline[0]!.at) + 15 * 60_000),
      },
    ]);
  });

  it('keeps what was agreed when the price changes later', async () => {
    const { put, place, order, prices } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    const { id } = await place(ANN);

    prices['MUG'] = 9900;

    expect(order(id)).toMatchObject({ total: { amount: 2200, currency: 'EUR' }, address: ADDRESS });
  });
});

describe('Placing an order is refused, announces nothing and keeps the cart,', () => {
  it('when it costs anything else than expected', async () => {
    const { put, place, cart, published, prices } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    prices['MUG'] = 2300;

    await expect(place(ANN, { expectedTotal: { amount: 2200, currency: 'EUR' } })).rejects.toThrow(
      PriceChanged,
    );

    expect(published).toEqual([]);
    expect(await cart(ANN)).toEqual([{ sku: 'MUG', quantity: 1 }]);
  });

  it('when a product was retired meanwhile', async () => {
    const { put, place, cart, published, prices } = orders({ MUG: 2200 });
    await put(ANN, 'MUG', 1);
    delete prices['MUG'];

    await expect(place(ANN)).rejects.toThrow(NotOnSale);

    expect(published).toEqual([]);
    expect(await cart(ANN)).toEqual([{ sku: 'MUG', quantity: 1 }]);
  });

  it('when the cart was changed since it was quoted', async () => {
    const { put, checkout, place, cart, published } = orders();
    await put(ANN, 'MUG', 1);
    const { lines } = await checkout(ANN);
    await put(ANN, 'MUG', 7);

    await expect(place(ANN, { lines })).rejects.toThrow(CartChanged);

    expect(published).toEqual([]);
    expect(await cart(ANN)).toEqual([{ sku: 'MUG', quantity: 7 }]);
  });

  it('when it would go to an address that its customer does not have', async () => {
    const { put, place, cart, published } = orders();
    await put(ANN, 'MUG', 1);

    await expect(place(ANN, { addressId: NOWHERE })).rejects.toThrow(NoSuchAddress);

    expect(published).toEqual([]);
    expect(await cart(ANN)).toEqual([{ sku: 'MUG', quantity: 1 }]);
  });

  it('when there is nothing in it', async () => {
    const { place, published } = orders();

    await expect(place(ANN)).rejects.toThrow(CartIsEmpty);

    expect(published).toEqual([]);
  });
});
