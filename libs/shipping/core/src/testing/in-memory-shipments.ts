import { v7 as uuidv7 } from 'uuid';
import { Shipment, type ShipmentState } from '../domain/shipment';
import { ShipmentNotFound } from '../domain/shipment-errors';
import { Shipments, type ShownShipment, shownOf } from '../domain/shipments';

export class InMemoryShipments extends Shipments {
  private readonly rows = new Map<string, ShipmentState>();

  async change<T>(orderId: string, change: (shipment: Shipment) => T | Promise<T>): Promise<T> {
    const row = this.rows.get(orderId);
    const shipment = row ? Shipment.restore(row) : Shipment.none(orderId, uuidv7());
    const result = await change(shipment);
    this.rows.set(orderId, shipment.snapshot());
    return result;
  }

  async orderOf(shipmentId: string): Promise<string> {
    const row = this.prepared().find(({ id }) => id === shipmentId);
    if (!row) throw new ShipmentNotFound(shipmentId);
    return row.orderId;
  }

  async list({
    customerId,
    orderId,
    limit,
    after,
  }: Parameters<Shipments['list']>[0]): Promise<ShownShipment[]> {
    return this.prepared()
      .filter(({ order }) => !customerId || order?.customerId === customerId)
      .filter((row) => (!orderId || row.orderId === orderId) && (!after || row.id < after))
      .sort((one, other) => (one.id < other.id ? 1 : -1))
      .slice(0, limit)
      .map(shownOf);
  }

  private prepared = (): ShipmentState[] => [...this.rows.values()].filter(({ order }) => order);
}
