import {
  ShipmentCancelled,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLost,
} from '@shop/shipping/contract';
import type { Shipment } from '../domain/shipment';

/** What is announced of a shipment, whoever moved it. */
export function shipmentDispatched(shipment: Shipment) {
  const { order, parcel } = shipment.snapshot();
  return ShipmentDispatched({ ...told(shipment), lines: [...order!.lines], ...parcel! });
}

export const shipmentDelivered = (shipment: Shipment) => ShipmentDelivered(told(shipment));

export const shipmentLost = (shipment: Shipment) => ShipmentLost(told(shipment));

export const shipmentCancelled = (shipment: Shipment) => ShipmentCancelled(told(shipment));

function told(shipment: Shipment) {
  const { id, orderId, order } = shipment.snapshot();
  return { orderId, shipmentId: id, customerId: order!.customerId };
}
