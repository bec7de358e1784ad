import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { inventoryContract } from '@shop/inventory/contract';
import { ReceiptTable, StockTable } from './adapters/inventory-tables';
import { stock } from './adapters/migrations/0001-stock';
import { shipping } from './adapters/migrations/0002-shipping';
import { PostgresReceipts } from './adapters/postgres-receipts';
import { PostgresReservations } from './adapters/postgres-reservations';
import { PostgresStocks } from './adapters/postgres-stocks';
import { Receipts } from './domain/receipts';
import { Reservations } from './domain/reservations';
import { Stocks } from './domain/stocks';
import { OpenStockWhenProductListed } from './features/open-stock/open-stock-when-product-listed';
import { ReceiveStockHandler } from './features/receive-stock/receive-stock';
import { ReceiveStockController } from './features/receive-stock/receive-stock.controller';
import { ReleaseStockHandler } from './features/release-stock/release-stock';
import { ReleaseStockWhenOrderCancelled } from './features/release-stock/release-stock-when-order-cancelled';
import { ReportOldReservationsHandler } from './features/report-old-reservations/report-old-reservations';
import { ReportOldReservationsController } from './features/report-old-reservations/report-old-reservations.controller';
import { ReserveStockHandler } from './features/reserve-stock/reserve-stock';
import { ReserveStockWhenOrderPlaced } from './features/reserve-stock/reserve-stock-when-order-placed';
import { ShipStockHandler } from './features/ship-stock/ship-stock';
import { ShipStockWhenShipmentDispatched } from './features/ship-stock/ship-stock-when-shipment-dispatched';
import { ShowStockHandler } from './features/show-stock/show-stock';
import { ShowStockController } from './features/show-stock/show-stock.controller';
import { AvailabilityTeller } from './features/tell-availability/tell-availability';
import { SeedInventory } from './seed/seed-inventory';

const features = [
  ReceiveStockHandler,
  ReserveStockHandler,
  ReleaseStockHandler,
  ShipStockHandler,
  ShowStockHandler,
  ReportOldReservationsHandler,
];
const policies = [
  OpenStockWhenProductListed,
  ReserveStockWhenOrderPlaced,
  ReleaseStockWhenOrderCancelled,
  ShipStockWhenShipmentDispatched,
];
const answers = [AvailabilityTeller];
const controllers = [ShowStockController, ReceiveStockController, ReportOldReservationsController];
const adapters = [
  { provide: Stocks, useClass: PostgresStocks },
  { provide: Reservations, useClass: PostgresReservations },
  { provide: Receipts, useClass: PostgresReceipts },
];

/** How many pieces of each product there are, and what is set aside for which order. */
@Module({
  imports: [
    ContextModule.of(inventoryContract, {
      tables: [StockTable, ReceiptTable],
      migrations: [stock, shipping],
      seed: SeedInventory,
    }),
  ],
  controllers: [...controllers, ...policies, ...answers],
  providers: [...features, ...adapters, SeedInventory],
})
export class InventoryModule {}
