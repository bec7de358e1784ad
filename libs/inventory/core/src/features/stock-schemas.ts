import { pageOf, Sku, Uuid } from '@banyan/http';
import { z } from 'zod';

const pieces = z.int().min(0);

/** What there is of a product. */
export const StockBody = z
  .object({ sku: Sku, received: pieces, onHand: pieces, reserved: pieces, shipped: pieces })
  .describe('received = onHand + reserved + shipped, always')
  .meta({ id: 'Stock' });

/** What staff write to take in a delivery. */
export const NewReceipt = z
  .strictObject({ quantity: z.int().min(1).max(1_000_000) })
  .meta({ id: 'NewReceipt' });

export const ReceiptBody = z
  .object({ id: Uuid, quantity: z.int(), stock: StockBody })
  .meta({ id: 'Receipt' });

/** What orders hold that should have ended by now. */
export const OldReservationPage = pageOf(
  z
    .object({
      orderId: Uuid,
      lines: z.array(z.object({ sku: Sku, quantity: z.int() })),
      madeAt: z.iso.datetime(),
    })
    .meta({ id: 'OldReservation' }),
);
