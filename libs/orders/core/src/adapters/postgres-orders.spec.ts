import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import { type NewOrder, Order } from '../domain/order';
import { OrderNotFound } from '../domain/order-errors';
import { ADDRESS, ANN, BOB } from '../testing/orders';
import { orders as migration } from './migrations/0001-orders';
import { checkout } from './migrations/0002-checkout';
import { OrderHistoryRebuild } from './order-history-rebuild';
import { OrderTable } from './order-table';
import { PostgresCarts } from './postgres-carts';
import { PostgresOrderHistory } from './postgres-order-history';
import { PostgresOrders } from './postgres-orders';

let context: ContextDatabase;
let orders: PostgresOrders;
let carts: PostgresCarts;
let history: PostgresOrderHistory;

beforeAll(async () => {
  context = await contextDatabase({
    name: 'orders',
    migrations: [migration, checkout],
    tables: [OrderTable],
  });
  orders = new PostgresOrders(context.database);
  carts = new PostgresCarts(context.database);
  history = new PostgresOrderHistory(context.database);
});
afterAll(() => context.drop());
beforeEach(async () => {
  for (const table of ['carts', 'orders', 'order_history'])
    await context.database.query(`DELETE FROM ${table}`);
});

const NINE = new Date('2026-03-02T09:00:00.000Z');
const TEN = new Date('2026-03-02T10:00:00.000Z');

const place = async (but: Partial<NewOrder> = {}): Promise<string> => {
  const id = uuidv7();
  const lines = [{ sku: 'MUG', name: 'A mug', quantity: 2, price: { amount: 2200, currency: 'EUR' } }];
  const order = {
    id,
    customerId: ANN,
    lines,
    address: ADDRESS,
    addressId: uuidv7(),
    paymentToken: 'tok_ok',
    ...but,
  };
  await context.database.run(() => orders.add(Order.place(order, NINE)));
  return id;
};
const change = (id: string, act: (order: Order) => void) =>
  context.database.run(() => orders.change(id, act));

describe('Orders in PostgreSQL', () => {
  it('come back as they went, with all that happened to them', async () => {
    const id = await place();
    let kept: unknown;

    await change(id, (order) => void order.giveUp('stock-refused', TEN, 'Not in stock: MUG (1 of 2)'));
    await change(id, (order) => void (kept = order.snapshot()));

    expect(kept).toEqual({
      id,
      customerId: ANN,
      status: 'cancelled',
      cancellationReason: 'stock-refused',
      lines: [{ sku: 'MUG', name: 'A mug', quantity: 2, price: { amount: 2200, currency: 'EUR' } }],
      total: { amount: 4400, currency: 'EUR' },
      address: ADDRESS,
      addressId: expect.any(String),
      paymentToken: 'tok_ok',
      timeline: [
        { at: '2026-03-02T09:00:00.000Z', what: 'placed' },
        { at: '2026-03-02T10:00:00.000Z', what: 'cancelled', note: 'Not in stock: MUG (1 of 2)' },
      ],
    });
  });

  it('keep amounts beyond what 32 bits hold', async () => {
    const line = {
      sku: 'GEM',
      name: 'A gem',
      quantity: 999,
      price: { amount: 100_000_000, currency: 'EUR' },
    };

    const id = await place({ lines: [line] });

    expect(await history.story(ANN, id)).toMatchObject({ total: { amount: 99_900_000_000 } });
  });

  it('end once, when many ways to end them come at the same time', async () => {
    const id = await place();
    const ended: string[] = [];

    await Promise.all(
      (['stock-refused', 'checkout-expired'] as const)
        .flatMap((mishap) => Array.from({ length: 8 }, () => mishap))
        .map((mishap) => change(id, (order) => void (order.giveUp(mishap, TEN) && ended.push(mishap)))),
    );

    expect(ended).toHaveLength(1);
    expect(await history.story(ANN, id)).toMatchObject({
      cancellationReason: ended[0],
      timeline: [{ what: 'placed' }, { what: 'cancelled' }],
    });
  });

  it('that were never placed cannot be changed', async () => {
    await expect(change(uuidv7(), () => undefined)).rejects.toThrow(OrderNotFound);
  });
});

describe('The history of a customer', () => {
  it('shows their own orders only, the newest first, page by page', async () => {
    const first = await place();
    await place({ customerId: BOB });
    const second = await place();
    const third = await place();

    const page = await history.of(ANN, { limit: 2 });
    const rest = await history.of(ANN, { limit: 2, after: page.at(-1)!.id });

    expect([...page, ...rest].map(({ id }) => id)).toEqual([third, second, first]);
  });

  it('knows no order of another', async () => {
    const id = await place({ customerId: BOB });

    await expect(history.story(ANN, id)).rejects.toThrow(OrderNotFound);
  });

  it('never shows where the money comes from', async () => {
    const id = await place({ paymentToken: 'tok_secret' });

    expect(JSON.stringify([await history.story(ANN, id), await history.of(ANN, { limit: 1 })])).not.toContain(
      'tok_secret',
    );
  });
});

describe('The history, made anew from the timelines,', () => {
  const rows = () => context.database.query('SELECT * FROM order_history ORDER BY id');
  const rebuild = (options = {}) => new OrderHistoryRebuild(context.database).rebuild(options);
  const anything: ((order: Order) => unknown)[] = [
    (order) => order.stockReserved(TEN),
    (order) => order.paid(TEN),
    (order) => order.giveUp('payment-declined', TEN),
    (order) => order.dispatched(TEN),
    (order) => order.delivered(TEN),
    (order) => order.lost(TEN),
    (order) => order.refunded(TEN, 'Some money'),
    (order) => order.complete(TEN),
  ];

  it('is what it was, whatever happened to the orders', async () => {
    for (let n = 0; n < 40; n++) {
      const id = await place();
      for (const [step, act] of anything.entries())
        if ((n * 7 + step * step) % 5 < 3) await change(id, (order) => void act(order));
    }
    const live = await rows();

    expect(await rebuild({ check: true })).toEqual({ rows: 40, differing: 0 });
    await context.database.query('DELETE FROM order_history');
    expect(await rebuild()).toEqual({ rows: 40, differing: 40 });

    expect(await rows()).toEqual(live);
  });

  it('finds and mends what differs, is missing, or belongs to nothing, and says how far it is', async () => {
    const [first, second] = [await place(), await place()];
    const live = await rows();
    await context.database.query(`UPDATE order_history SET status = 'completed' WHERE id = $1`, [first]);
    await context.database.query(`UPDATE order_history SET id = $2 WHERE id = $1`, [second, uuidv7()]);
    const progress: number[][] = [];

    expect(await rebuild({ check: true })).toEqual({ rows: 2, differing: 3 });
    expect(await rows()).not.toEqual(live);
    await rebuild({ onProgress: (...at: number[]) => progress.push(at) });

    expect(await rows()).toEqual(live);
    expect(progress).toEqual([[2, 2]]);
  });
});

describe('Carts in PostgreSQL', () => {
  it('are empty until something is put in', async () => {
    expect((await carts.of(ANN)).items).toEqual([]);
  });

  it('lose nothing that is put in at the same time, not even at first', async () => {
    const skus = Array.from({ length: 12 }, (_, n) => `SKU-${n}`);

    await Promise.all(
      skus.map((sku) => context.database.run(() => carts.change(ANN, (cart) => cart.put(sku, 1)))),
    );

    expect((await carts.of(ANN)).items.map(({ sku }) => sku).sort()).toEqual([...skus].sort());
  });
});
