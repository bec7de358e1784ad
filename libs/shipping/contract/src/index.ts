import { contextContract, event, Quantity, Sku, Uuid } from '@banyan/contracts';
import type { EventOf } from '@banyan/contracts';
import { z } from 'zod';

const shipment = { orderId: Uuid, shipmentId: Uuid, customerId: Uuid };

/** The goods left the house; from now on the order can no longer be cancelled. */
export const ShipmentDispatched = event(
  'shipping.shipment-dispatched.v1',
  {
    ...shipment,
    lines: z.array(z.object({ sku: Sku, quantity: Quantity })).min(1),
    carrier: z.string(),
    trackingNumber: z.string(),
  },
  { key: 'orderId' },
);
export type ShipmentDispatched = EventOf<typeof ShipmentDispatched>;

/** The goods are with their customer. */
export const ShipmentDelivered = event('shipping.shipment-delivered.v1', shipment, { key: 'orderId' });
export type ShipmentDelivered = EventOf<typeof ShipmentDelivered>;

/** The goods are gone for good, and never reached their customer. */
export const ShipmentLost = event('shipping.shipment-lost.v1', shipment, { key: 'orderId' });
export type ShipmentLost = EventOf<typeof ShipmentLost>;

/** A cancellation came before dispatch: the goods stay in the house, and will not leave for this order. */
export const ShipmentCancelled = event('shipping.shipment-cancelled.v1', shipment, { key: 'orderId' });
export type ShipmentCancelled = EventOf<typeof ShipmentCancelled>;

/** What shipping tells. It answers no requests. */
export const shippingContract = contextContract('shipping', {
  events: [ShipmentDispatched, ShipmentDelivered, ShipmentLost, ShipmentCancelled],
});
