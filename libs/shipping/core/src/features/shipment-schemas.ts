import { PageQuery, pageOf, Uuid } from '@banyan/http';
import { z } from 'zod';

/** `orderId` asks for the shipment of one order. */
export const ShipmentsQuery = PageQuery.extend({ orderId: Uuid.optional() });

const TrackedBody = z.object({ at: z.iso.datetime(), what: z.string() }).meta({ id: 'Tracked' });

/** A shipment with what happened to it; where it goes is nobody's to read. */
export const ShipmentBody = z
  .object({
    id: Uuid,
    orderId: Uuid,
    status: z.enum(['preparing', 'dispatched', 'delivered', 'lost', 'cancelled']),
    carrier: z.string().optional(),
    trackingNumber: z.string().optional(),
    tracking: z.array(TrackedBody),
  })
  .meta({ id: 'Shipment' });

export const ShipmentPage = pageOf(ShipmentBody);
