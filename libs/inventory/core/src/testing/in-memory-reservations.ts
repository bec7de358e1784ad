import { Reservation, type ReservationState } from '../domain/reservation';
import { type OldReservation, Reservations } from '../domain/reservations';

export class InMemoryReservations extends Reservations {
  private readonly rows = new Map<string, ReservationState>();

  async change<T>(orderId: string, change: (reservation: Reservation) => T | Promise<T>): Promise<T> {
    const row = this.rows.get(orderId);
    const reservation = row ? Reservation.restore(row) : Reservation.none(orderId);
    const result = await change(reservation);
    this.rows.set(orderId, reservation.snapshot());
    return result;
  }

  /** It keeps no times, and so knows none that is old. */
  async madeBefore(): Promise<OldReservation[]> {
    return [];
  }
}
