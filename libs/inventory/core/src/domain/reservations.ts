import type { Reservation } from './reservation';

/** What each order has set aside. */
export abstract class Reservations {
  /** Changes what an order has set aside, beginning with nothing; those who change the same one take turns. */
  abstract change<T>(orderId: string, change: (reservation: Reservation) => T | Promise<T>): Promise<T>;
}
