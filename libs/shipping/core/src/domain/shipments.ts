import type { Milestone, Shipment, ShipmentState, ShipmentStatus } from './shipment';

/** A shipment as people see it: all but where it goes. */
export interface ShownShipment {
  readonly id: string;
  readonly orderId: string;
  readonly status: ShipmentStatus;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly tracking: readonly Milestone[];
}

export function shownOf({ id, orderId, status, parcel, tracking }: ShipmentState): ShownShipment {
  return { id, orderId, status: status as ShipmentStatus, ...parcel, tracking };
}

/** One shipment per order. */
export abstract class Shipments {
  /** Changes the shipment of an order, beginning with none; those who change the same one take turns. */
  abstract change<T>(orderId: string, change: (shipment: Shipment) => T | Promise<T>): Promise<T>;

  /** The order that a prepared shipment is of. @throws ShipmentNotFound */
  abstract orderOf(shipmentId: string): Promise<string>;

  /** Prepared shipments, newest first, `limit` at most, going on after the shipment `after`: all, a customer's, an order's. */
  abstract list(filter: {
    readonly customerId?: string;
    readonly orderId?: string;
    readonly limit: number;
    readonly after?: string;
  }): Promise<ShownShipment[]>;
}
