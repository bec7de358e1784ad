import fc from 'fast-check';
import { CartIsEmpty } from './cart-errors';
import { type NewOrder, Order } from './order';
import { ForeignCurrency, OrderAlreadyCancelled, PriceChanged } from './order-errors';

const NINE = new Date('2026-03-02T09:00:00.000Z');
const TEN = new Date('2026-03-02T10:00:00.000Z');

const anOrder = (but: Partial<NewOrder> = {}): NewOrder => ({
  id: '0190b6a0-0000-7000-8000-000000000001',
  customerId: '0190b6a0-0000-7000-8000-00000000000a',
  lines: [
    { sku: 'MUG', name: 'A mug', quantity: 2, price: { amount: 2200, currency: 'EUR' } },
    { sku: 'TEA', name: 'Some tea', quantity: 1, price: { amount: 1450, currency: 'EUR' } },
  ],
  addressId: '0190b6a0-0000-7000-8000-0000000000ad',
  paymentToken: 'tok_ok',
  ...but,
});

describe('Placing an order', () => {
  it('costs what its lines cost together', () => {
    expect(Order.place(anOrder(), NINE).snapshot()).toMatchObject({
      status: 'placed',
      total: { amount: 5850, currency: 'EUR' },
      timeline: [{ at: '2026-03-02T09:00:00.000Z', what: 'placed' }],
    });
  });

  it('is refused when the cart is empty', () => {
    expect(() => Order.place(anOrder({ lines: [] }), NINE)).toThrow(CartIsEmpty);
  });

  it('is refused when it costs anything else than the customer expects, and says what', () => {
    const expectedTotal = { amount: 5849, currency: 'EUR' };

    const refusal = refusalOf(() => Order.place(anOrder({ expectedTotal }), NINE));

    expect(refusal).toBeInstanceOf(PriceChanged);
    expect(refusal).toMatchObject({ details: { total: { amount: 5850, currency: 'EUR' } } });
  });

  it('is refused in another currency', () => {
    const expectedTotal = { amount: 5850, currency: 'USD' };

    expect(() => Order.place(anOrder({ expectedTotal }), NINE)).toThrow(ForeignCurrency);
  });
});

describe('A placed order', () => {
  const placed = () => Order.place(anOrder(), NINE);

  it('is confirmed once nothing is missing', () => {
    const order = placed();

    expect(order.stockReserved(TEN)).toBe(true);
    expect(order.confirm(TEN)).toBe(true);

    expect(order.snapshot()).toMatchObject({
      status: 'confirmed',
      timeline: [
        { what: 'placed' },
        { what: 'stock-reserved' },
        { what: 'confirmed', at: TEN.toISOString() },
      ],
    });
  });

  it('is cancelled when the shop gives it up, and its customer reads why', () => {
    const order = placed();

    expect(order.giveUp('stock-refused', TEN, 'Not in stock: MUG (1 of 2)')).toBe(true);

    expect(order.snapshot()).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'stock-refused',
      timeline: [{ what: 'placed' }, { what: 'cancelled', note: 'Not in stock: MUG (1 of 2)' }],
    });
  });

  it('is cancelled when its customer wants it no longer', () => {
    const order = placed();

    expect(order.cancel(TEN)).toBe(true);

    expect(order.snapshot()).toMatchObject({ status: 'cancelled', cancellationReason: 'customer-request' });
  });
});

describe('A confirmed order', () => {
  const confirmed = () => {
    const order = Order.place(anOrder(), NINE);
    order.confirm(NINE);
    return order;
  };

  it('is not given up any more: what says so came too late', () => {
    const order = confirmed();

    expect(order.giveUp('checkout-expired', TEN)).toBe(false);
    expect(order.status).toBe('confirmed');
  });

  it('can still be cancelled by its customer', () => {
    const order = confirmed();

    expect(order.cancel(TEN)).toBe(true);
    expect(order.status).toBe('cancelled');
  });
});

describe('A cancelled order', () => {
  it('is not confirmed by stock that was reserved meanwhile', () => {
    const order = Order.place(anOrder(), NINE);
    order.cancel(NINE);

    expect(order.stockReserved(TEN)).toBe(false);
    expect(order.confirm(TEN)).toBe(false);
    expect(order.status).toBe('cancelled');
  });

  it('can be cancelled again by the customer who did so, which changes nothing', () => {
    const order = Order.place(anOrder(), NINE);
    order.cancel(NINE);

    expect(order.cancel(TEN)).toBe(false);
    expect(order.snapshot().timeline).toHaveLength(2);
  });

  it('is not its customer’s to cancel when the shop gave it up', () => {
    const order = Order.place(anOrder(), NINE);
    order.giveUp('checkout-expired', NINE);

    expect(() => order.cancel(TEN)).toThrow(OrderAlreadyCancelled);
  });
});

describe('An order, whatever happens to it in whatever order', () => {
  const happenings = {
    stockReserved: (order: Order) => order.stockReserved(TEN) && order.confirm(TEN) && 'confirmed',
    stockRefused: (order: Order) => order.giveUp('stock-refused', TEN) && 'cancelled',
    expired: (order: Order) => order.giveUp('checkout-expired', TEN) && 'cancelled',
    customerCancels: (order: Order) => order.cancel(TEN) && 'cancelled',
  };
  const happening = fc.constantFrom(...(Object.keys(happenings) as (keyof typeof happenings)[]));

  it('is confirmed at most once, then cancelled at most once, and stays cancelled for its first reason', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 12 }), (sequence) => {
        const order = Order.place(anOrder(), NINE);
        const announced: string[] = [];
        let ended: unknown;

        for (const what of sequence) {
          const news = outcomeOf(() => happenings[what](order));
          if (news) announced.push(news);
          if (order.status !== 'cancelled') continue;
          ended ??= order.snapshot();
          expect(order.snapshot()).toEqual(ended);
        }

        expect(['', 'confirmed', 'cancelled', 'confirmed,cancelled']).toContain(announced.join());
        expect(announced.at(-1) ?? 'placed').toBe(order.status);
        const { timeline } = order.snapshot();
        expect(timeline.filter(({ what }) => what !== 'stock-reserved').map(({ what }) => what)).toEqual([
          'placed',
          ...announced,
        ]);
      }),
    );
  });

  const outcomeOf = (act: () => string | false): string | false => {
    try {
      return act();
    } catch (error) {
      if (error instanceof OrderAlreadyCancelled) return false;
      throw error;
    }
  };
});

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused');
}
