import { DomainError } from '@banyan/contracts';
import fc from 'fast-check';
import { CartIsEmpty } from './cart-errors';
import { type NewOrder, Order, type OrderStatus, statusOf } from './order';
import { ForeignCurrency, OrderAlreadyCancelled, OrderOnItsWay, PriceChanged } from './order-errors';

const NINE = new Date('2026-03-02T09:00:00.000Z');
const TEN = new Date('2026-03-02T10:00:00.000Z');

const anOrder = (but: Partial<NewOrder> = {}): NewOrder => ({
  id: '0190b6a0-0000-7000-8000-000000000001',
  customerId: '0190b6a0-0000-7000-8000-00000000000a',
  lines: [
    { sku: 'MUG', name: 'A mug', quantity: 2, price: { amount: 2200, currency: 'EUR' } },
    { sku: 'TEA', name: 'Some tea', quantity: 1, price: { amount: 1450, currency: 'EUR' } },
  ],
  address: { name: 'Ann', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' },
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

  it('waits for its payment once its stock is reserved, and is confirmed by that', () => {
    const order = placed();

    expect(order.stockReserved(TEN)).toBe(true);
    expect(order.status).toBe('awaiting-payment');
    expect(order.paid(TEN)).toBe(true);

    expect(order.snapshot()).toMatchObject({
      status: 'confirmed',
      timeline: [
        { what: 'placed' },
        { what: 'stock-reserved' },
        { what: 'paid' },
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

    expect(order.cancel(TEN)).toBe('cancelled');

    expect(order.snapshot()).toMatchObject({ status: 'cancelled', cancellationReason: 'customer-request' });
  });
});

describe('A confirmed order', () => {
  const confirmed = () => {
    const order = Order.place(anOrder(), NINE);
    order.stockReserved(NINE);
    order.paid(NINE);
    return order;
  };

  it('is not given up any more: what says so came too late', () => {
    const order = confirmed();

    expect(order.giveUp('checkout-expired', TEN)).toBe(false);
    expect(order.status).toBe('confirmed');
  });

  it('is cancelled only when whoever sends the goods agrees', () => {
    const order = confirmed();

    expect(order.cancel(TEN)).toBe('asked');
    expect(order.status).toBe('cancelling');
    expect(order.shipmentCancelled(TEN)).toBe(true);
    expect(order.status).toBe('cancelled');
  });

  it.each(['dispatched', 'delivered', 'completed'])('cannot be cancelled once it is %s', (status) => {
    const order = confirmed();
    for (const step of ['dispatched', 'delivered', 'complete'] as const) {
      order[step](NINE);
      if (order.status === status) break;
    }

    expect(() => order.cancel(TEN)).toThrow(OrderOnItsWay);
  });
});

describe('A cancelled order', () => {
  it('is not confirmed by stock that was reserved meanwhile', () => {
    const order = Order.place(anOrder(), NINE);
    order.cancel(NINE);

    expect(order.stockReserved(TEN)).toBe(false);
    expect(order.paid(TEN)).toBe(false);
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

describe('An order, whatever happens to it in whatever order and however often', () => {
  const happenings: ((order: Order) => unknown)[] = [
    (order) => order.stockReserved(TEN),
    (order) => order.giveUp('stock-refused', TEN),
    (order) => order.paid(TEN),
    (order) => order.giveUp('payment-declined', TEN),
    (order) => order.giveUp('checkout-expired', TEN),
    (order) => order.cancel(TEN),
    (order) => order.dispatched(TEN),
    (order) => order.shipmentCancelled(TEN),
    (order) => order.delivered(TEN),
    (order) => order.lost(TEN),
    (order) => order.complete(TEN),
    (order) => order.refunded(TEN, 'Some money'),
  ];
  const NEXT: Record<OrderStatus, OrderStatus[]> = {
    placed: ['awaiting-payment', 'cancelled'],
    'awaiting-payment': ['confirmed', 'cancelled'],
    confirmed: ['cancelling', 'dispatched', 'delivered', 'cancelled'],
    cancelling: ['dispatched', 'delivered', 'cancelled'],
    dispatched: ['delivered', 'cancelled'],
    delivered: ['completed'],
    completed: [],
    cancelled: [],
  };

  it('moves only forward, keeps its first ending and reason, and its timeline tells where it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...happenings), { maxLength: 25 }), (sequence) => {
        const order = Order.place(anOrder(), NINE);
        for (const happens of sequence) {
          const before = order.snapshot();
          try {
            happens(order);
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
            expect(order.snapshot()).toEqual(before);
          }
          if (order.status !== before.status) expect(NEXT[before.status]).toContain(order.status);
          expect(statusOf(order.snapshot().timeline)).toBe(order.status);
          expect(order.snapshot().cancellationReason !== undefined).toBe(order.status === 'cancelled');
        }
        const whats = order.snapshot().timeline.map(({ what }) => what);
        for (const once of [
          'placed',
          'paid',
          'confirmed',
          'dispatched',
          'delivered',
          'completed',
          'cancelled',
        ])
          expect(whats.filter((what) => what === once).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });
});

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused');
}
