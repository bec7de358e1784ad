import type { Reservation, StockLine } from './reservation';

/** A reservation whose order should have ended by now. */
export interface OldReservation {
  readonly orderId: string;
  readonly lines: readonly StockLine[];
  readonly madeAt: Date;
}

/** What each order has set aside. */
export abstract class Reservations {
  /** Changes what an order has set aside, beginning with nothing; those who change the same one take turns. */
  abstract change<T>(orderId: string, change: (reservation: Reservation) => T | Promise<T>): Promise<T>;

  /** Those that were made before an instant and still hold something, oldest first, going on after `after`. */
  abstract madeBefore(
    instant: Date,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<OldReservation[]>;
}
