import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { inventoryContract } from '@shop/inventory/contract';
import { ReceiptTable, StockTable } from './adapters/inventory-tables';
import { stock } from './adapters/migrations/0001-stock';
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
import { ReserveStockHandler } from './features/reserve-stock/reserve-stock';
import { ReserveStockWhenOrderPlaced } from './features/reserve-stock/reserve-stock-when-order-placed';
import { ShowStockHandler } from './features/show-stock/show-stock';
import { ShowStockController } from './features/show-stock/show-stock.controller';
import { AvailabilityTeller } from './features/tell-availability/tell-availability';
import { SeedInventory } from './seed/seed-inventory';

const features = [ReceiveStockHandler, ReserveStockHandler, ReleaseStockHandler, ShowStockHandler];
const policies = [OpenStockWhenProductListed, ReserveStockWhenOrderPlaced, ReleaseStockWhenOrderCancelled];
const answers = [AvailabilityTeller];
const controllers = [ShowStockController, ReceiveStockController];
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
      migrations: [stock],
      seed: SeedInventory,
    }),
  ],
  controllers: [...controllers, ...policies, ...answers],
  providers: [...features, ...adapters, SeedInventory],
})
export class InventoryModule {}
