import type { Shipment } from '../domain/shipment';
import { guardRemoved } from '../failpoints';

/**
 * Arbitration: whoever comes first to a shipment's row decides whether its goods leave, a dispatch or a cancellation.
 * To be asked of a shipment that is held, by both.
 */
export const isOpen = (shipment: Shipment): boolean =>
  shipment.isUndecided || guardRemoved('shipping.arbitration');
