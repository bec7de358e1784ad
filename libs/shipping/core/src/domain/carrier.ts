import type { Address, Parcel } from './shipment';

/** Who brings parcels to their customers. It is asked inside transactions: it answers from what it knows, and calls nobody. */
export abstract class Carrier {
  /** Its name and its number for this shipment: the same, however often it is asked. */
  abstract label(shipmentId: string): Parcel;

  /** When it collects what is ready from `at` on; undefined when somebody will say so. */
  abstract collectsAt(at: Date): Date | undefined;

  /** When it rings at the door, `at` being when the parcel left or was missed last; undefined when somebody will say so. */
  abstract ringsAt(at: Date): Date | undefined;

  /** Whether somebody opens at the `attempt`th time, counted from 1. */
  abstract finds(address: Address, attempt: number): boolean;
}
