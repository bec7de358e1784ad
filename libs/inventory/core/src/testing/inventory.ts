import { inMemorySeam } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import type { StockLine } from '../domain/reservation';
import { ReceiveStock, ReceiveStockHandler } from '../features/receive-stock/receive-stock';
import { ReleaseStock, ReleaseStockHandler } from '../features/release-stock/release-stock';
import { ShipStock, ShipStockHandler } from '../features/ship-stock/ship-stock';
import { ReserveStock, ReserveStockHandler } from '../features/reserve-stock/reserve-stock';
import { InMemoryReceipts } from './in-memory-receipts';
import { InMemoryReservations } from './in-memory-reservations';
import { InMemoryStocks } from './in-memory-stocks';

/** The rules of inventory, without a database. */
export function inventory() {
  const { events, transaction } = inMemorySeam();
  const stocks = new InMemoryStocks();
  const reservations = new InMemoryReservations();
  const receive = new ReceiveStockHandler(stocks, new InMemoryReceipts(), events, transaction);
  const reserve = new ReserveStockHandler(reservations, stocks, events, transaction);
  const release = new ReleaseStockHandler(reservations, stocks, events, transaction);
  const ship = new ShipStockHandler(reservations, stocks, events, transaction);

  return {
    published: events.published,
    receive: (sku: string, quantity: number) =>
      receive.execute(new ReceiveStock({ id: uuidv7(), sku, quantity, receivedAt: new Date() })),
    reserve: (orderId: string, lines: StockLine[]) => reserve.execute(new ReserveStock(orderId, lines)),
    release: (orderId: string) => release.execute(new ReleaseStock(orderId)),
    ship: (orderId: string) => ship.execute(new ShipStock(orderId)),
    levels: (...skus: string[]) => stocks.levels(skus),
  };
}
