import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Address, Milestone, ShipmentLine, ShipmentState } from '../domain/shipment';
import { Shipment } from '../domain/shipment';
import { ShipmentNotFound } from '../domain/shipment-errors';
import { Shipments, type ShownShipment, shownOf } from '../domain/shipments';

const COLUMNS = `order_id, id, status, customer_id, lines, address, carrier, tracking_number, missed, tracking`;

/** Makes the row or waits for whoever holds it, so that also the first two for an order take turns. */
const LOCK = statement(
  'shipment-lock',
  `
  INSERT INTO shipments (order_id, id, status) VALUES ($1, $2, 'none')
      ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
  RETURNING ${COLUMNS}`,
);

const SAVE = statement(
  'shipment-save',
  `
  UPDATE shipments SET status = $2, customer_id = $3, lines = $4, address = $5, carrier = $6, tracking_number = $7,
         missed = $8, tracking = $9 WHERE order_id = $1`,
);

/** Ids are uuids of version 7: their order is that of confirmation. */
const LIST = `
  SELECT ${COLUMNS} FROM shipments
   WHERE customer_id IS NOT NULL AND ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR order_id = $2)
     AND ($3::uuid IS NULL OR id < $3)
   ORDER BY id DESC LIMIT $4`;

interface ShipmentRow {
  order_id: string;
  id: string;
  status: ShipmentState['status'];
  customer_id: string | null;
  lines: ShipmentLine[] | null;
  address: Address | null;
  carrier: string | null;
  tracking_number: string | null;
  missed: number;
  tracking: Milestone[];
}

@Injectable()
export class PostgresShipments extends Shipments {
  constructor(private readonly database: Database) {
    super();
  }

  async change<T>(orderId: string, change: (shipment: Shipment) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<ShipmentRow>(LOCK, [orderId, uuidv7()]);
    const before = stateOf(row!);
    const shipment = Shipment.restore(before);
    const result = await change(shipment);
    const state = shipment.snapshot();
    if (state !== before) await this.save(state);
    return result;
  }

  async orderOf(shipmentId: string): Promise<string> {
    const [row] = await this.database.query<{ orderId: string }>(
      'SELECT order_id AS "orderId" FROM shipments WHERE id = $1 AND customer_id IS NOT NULL',
      [shipmentId],
    );
    if (!row) throw new ShipmentNotFound(shipmentId);
    return row.orderId;
  }

  async list({
    customerId,
    orderId,
    limit,
    after,
  }: Parameters<Shipments['list']>[0]): Promise<ShownShipment[]> {
    const rows = await this.database.query<ShipmentRow>(LIST, [
      customerId ?? null,
      orderId ?? null,
      after ?? null,
      limit,
    ]);
    return rows.map((row) => shownOf(stateOf(row)));
  }

  private async save({ orderId, status, order, parcel, missed, tracking }: ShipmentState): Promise<void> {
    await this.database.query(SAVE, [
      orderId,
      status,
      order?.customerId ?? null,
      order ? JSON.stringify(order.lines) : null,
      order ? JSON.stringify(order.address) : null,
      parcel?.carrier ?? null,
      parcel?.trackingNumber ?? null,
      missed,
      JSON.stringify(tracking),
    ]);
  }
}

function stateOf(row: ShipmentRow): ShipmentState {
  const { order_id, id, status, customer_id, lines, address, carrier, tracking_number, missed, tracking } =
    row;
  return {
    id,
    orderId: order_id,
    status,
    ...(customer_id && { order: { customerId: customer_id, lines: lines!, address: address! } }),
    ...(carrier && { parcel: { carrier, trackingNumber: tracking_number! } }),
    missed,
    tracking,
  };
}
