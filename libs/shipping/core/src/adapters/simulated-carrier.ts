import { createHash } from 'node:crypto';
import { Carrier } from '../domain/carrier';
import type { Address, Parcel } from '../domain/shipment';
import type { ShippingSettings } from '../shipping-settings';

/** Postal codes at which something goes wrong: how many attempts find nobody at home. */
const NOBODY_AT_HOME: Readonly<Record<string, number>> = { '00000': 1, '99999': Infinity };

/**
 * A carrier without vans: it moves parcels when the context's own timers are due. Two postal codes are for trying things
 * out: at `00000` nobody is at home the first time, at `99999` never.
 */
export class SimulatedCarrier extends Carrier {
  constructor(private readonly settings: Pick<ShippingSettings, 'dispatchAfterMs' | 'deliveryAfterMs'>) {
    super();
  }

  label(shipmentId: string): Parcel {
    const digest = createHash('sha256').update(shipmentId).digest();
    const number = digest.readBigUInt64BE() % 10n ** 12n;
    return { carrier: 'Fig Parcel', trackingNumber: `FP${String(number).padStart(12, '0')}` };
  }

  collectsAt(at: Date): Date {
    return new Date(at.getTime() + this.settings.dispatchAfterMs);
  }

  ringsAt(at: Date): Date {
    return new Date(at.getTime() + this.settings.deliveryAfterMs);
  }

  finds({ postalCode }: Address, attempt: number): boolean {
    return attempt > (NOBODY_AT_HOME[postalCode] ?? 0);
  }
}
