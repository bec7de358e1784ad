import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Reservation, type ReservationState } from '../domain/reservation';
import { type OldReservation, Reservations } from '../domain/reservations';

/** Makes the row or waits for whoever holds it, so that also the first two for an order take turns. */
const LOCK = `
  INSERT INTO reservations (order_id, status, lines) VALUES ($1, 'none', '[]')
      ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
  RETURNING order_id AS "orderId", status, lines`;

/** Orders have uuids of version 7, so that their order is that of placing; what was set aside follows within moments. */
const OLD = `
  SELECT order_id AS "orderId", lines, made_at AS "madeAt" FROM reservations
   WHERE status = 'reserved' AND made_at < $1 AND ($2::uuid IS NULL OR order_id > $2)
   ORDER BY order_id LIMIT $3`;

@Injectable()
export class PostgresReservations extends Reservations {
  constructor(private readonly database: Database) {
    super();
  }

  async change<T>(orderId: string, change: (reservation: Reservation) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<ReservationState>(LOCK, [orderId]);
    const reservation = Reservation.restore(row!);
    const result = await change(reservation);
    const { status, lines } = reservation.snapshot();
    await this.database.query('UPDATE reservations SET status = $2, lines = $3 WHERE order_id = $1', [
      orderId,
      status,
      JSON.stringify(lines),
    ]);
    return result;
  }

  madeBefore(instant: Date, { limit, after }: { limit: number; after?: string }): Promise<OldReservation[]> {
    return this.database.query<OldReservation>(OLD, [instant, after ?? null, limit]);
  }
}
