import { contextContract, event, Quantity, request, Sku, Uuid } from '@banyan/contracts';
import type { EventOf, ReplyOf, RequestOf } from '@banyan/contracts';
import { z } from 'zod';

const pieces = z.int().min(0);
const StockLine = z.object({ sku: Sku, quantity: Quantity });
const Shortage = z.object({ sku: Sku, wanted: Quantity, onHand: pieces });

/** Everything an order wants is set aside for it. */
export const StockReserved = event(
  'inventory.stock-reserved.v1',
  { orderId: Uuid, lines: z.array(StockLine).min(1) },
  { key: 'orderId' },
);
export type StockReserved = EventOf<typeof StockReserved>;

/** Nothing is set aside for an order, because some of it is not there. */
export const StockRefused = event(
  'inventory.stock-refused.v1',
  { orderId: Uuid, shortages: z.array(Shortage).min(1) },
  { key: 'orderId' },
);
export type StockRefused = EventOf<typeof StockRefused>;

/** What was set aside for an order is on hand again. */
export const StockReleased = event(
  'inventory.stock-released.v1',
  { orderId: Uuid, lines: z.array(StockLine).min(1) },
  { key: 'orderId' },
);
export type StockReleased = EventOf<typeof StockReleased>;

/** The stock of a product moved. Everything ever received is `onHand + reserved + shipped`. */
export const StockLevelChanged = event(
  'inventory.stock-level-changed.v1',
  { sku: Sku, onHand: pieces, reserved: pieces, shipped: pieces },
  { key: 'sku' },
);
export type StockLevelChanged = EventOf<typeof StockLevelChanged>;

/** How many pieces of these products could be reserved now? Zero for what inventory has never seen. */
export const StockAvailability = request('inventory.stock-availability.v1', {
  request: { skus: z.array(Sku).min(1).max(100) },
  reply: { levels: z.array(z.object({ sku: Sku, onHand: pieces })) },
});
export type StockAvailability = RequestOf<typeof StockAvailability>;
export type StockLevels = ReplyOf<typeof StockAvailability>;

/** What inventory tells and answers. */
export const inventoryContract = contextContract('inventory', {
  events: [StockReserved, StockRefused, StockReleased, StockLevelChanged],
  requests: [StockAvailability],
});
