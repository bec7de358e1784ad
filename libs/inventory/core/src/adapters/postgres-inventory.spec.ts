import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import { ReceiveStock, ReceiveStockHandler } from '../features/receive-stock/receive-stock';
import { ReleaseStock, ReleaseStockHandler } from '../features/release-stock/release-stock';
import { ReserveStock, ReserveStockHandler } from '../features/reserve-stock/reserve-stock';
import { ReceiptTable, StockTable } from './inventory-tables';
import { stock } from './migrations/0001-stock';
import { shipping } from './migrations/0002-shipping';
import { PostgresReceipts } from './postgres-receipts';
import { PostgresReservations } from './postgres-reservations';
import { PostgresStocks } from './postgres-stocks';

let inventory: ContextDatabase;
let stocks: PostgresStocks;
let reservations: PostgresReservations;

beforeAll(async () => {
  inventory = await contextDatabase({
    name: 'inventory',
    migrations: [stock, shipping],
    tables: [StockTable, ReceiptTable],
  });
  stocks = new PostgresStocks(inventory.database);
  reservations = new PostgresReservations(inventory.database);
});
afterAll(() => inventory.drop());
beforeEach(async () => {
  for (const table of ['receipts', 'stock', 'reservations'])
    await inventory.database.query(`DELETE FROM ${table}`);
});

/** Publishing is told elsewhere; here only the rows matter. */
const events = { publish: async () => undefined };
const receive = (sku: string, quantity: number) =>
  new ReceiveStockHandler(
    stocks,
    new PostgresReceipts(inventory.database),
    events,
    inventory.database,
  ).execute(new ReceiveStock({ id: uuidv7(), sku, quantity, receivedAt: new Date() }));
const reserve = (orderId: string, quantities: Record<string, number>) =>
  new ReserveStockHandler(reservations, stocks, events, inventory.database).execute(
    new ReserveStock(
      orderId,
      Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity })),
    ),
  );
const release = (orderId: string) =>
  new ReleaseStockHandler(reservations, stocks, events, inventory.database).execute(
    new ReleaseStock(orderId),
  );

describe('Stock in PostgreSQL', () => {
  it('is received as often as it came', async () => {
    await Promise.all([...Array.from({ length: 20 }, () => receive('MUG', 5)), receive('TEA', 1)]);

    expect(await stocks.levels(['TEA', 'MUG'])).toEqual(
      expect.arrayContaining([
        { sku: 'MUG', received: 100, onHand: 100, reserved: 0, shipped: 0 },
        { sku: 'TEA', received: 1, onHand: 1, reserved: 0, shipped: 0 },
      ]),
    );
  });

  it('is never oversold, however many want the last pieces at once, in whatever order of products', async () => {
    await receive('MUG', 10);
    await receive('TEA', 10);
    const buyers = Array.from({ length: 30 }, () => uuidv7());

    await Promise.all(
      buyers.map((orderId, n) => reserve(orderId, n % 2 ? { TEA: 1, MUG: 1 } : { MUG: 1, TEA: 1 })),
    );

    expect(await stocks.levels(['MUG'])).toMatchObject([{ onHand: 0, reserved: 10 }]);
    expect(await stocks.levels(['TEA'])).toMatchObject([{ onHand: 0, reserved: 10 }]);
    expect(await statuses()).toEqual({ reserved: 10, refused: 20 });
  });

  it('is on hand again once every order that held it has ended', async () => {
    await receive('MUG', 10);
    const buyers = Array.from({ length: 20 }, () => uuidv7());

    await Promise.all(buyers.flatMap((orderId) => [reserve(orderId, { MUG: 1 }), release(orderId)]));
    await Promise.all(buyers.map(release));

    expect(await stocks.levels(['MUG'])).toEqual([
      { sku: 'MUG', received: 10, onHand: 10, reserved: 0, shipped: 0 },
    ]);
  });

  it('is not set aside for an order that ended before it was heard of', async () => {
    await receive('MUG', 10);
    const orderId = uuidv7();

    await release(orderId);
    await reserve(orderId, { MUG: 1 });

    expect(await stocks.levels(['MUG'])).toMatchObject([{ onHand: 10, reserved: 0 }]);
    expect(await statuses()).toEqual({ released: 1 });
  });

  it.each(['on_hand = on_hand - 1', 'on_hand = -1, received = -1', 'reserved = -1, on_hand = 11'])(
    'cannot appear, vanish or be negative: the database itself refuses SET %s',
    async (change) => {
      await receive('MUG', 10);

      await expect(inventory.database.query(`UPDATE stock SET ${change}`)).rejects.toThrow(
        'check constraint',
      );
    },
  );
});

const statuses = async () =>
  Object.fromEntries(
    (
      await inventory.database.query<{ status: string; orders: number }>(
        'SELECT status, count(*)::int AS orders FROM reservations GROUP BY status',
      )
    ).map(({ status, orders }) => [status, orders]),
  );
