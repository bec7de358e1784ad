import { Settings } from '@banyan/hosting';

/** What can be set from outside. */
export class ShippingSettings {
  /** Whether a carrier moves parcels by itself, or staff say what happens to them. */
  readonly carrier: 'simulated' | 'manual';
  /** How long the simulated carrier takes to collect a parcel. */
  readonly dispatchAfterMs: number;
  /** How long it takes from there to the door, and from one attempt to the next. */
  readonly deliveryAfterMs: number;

  /**
   * `CARRIER`: simulated or manual. (Default: simulated)
   * `SHIPPING_DISPATCH_AFTER` (Default: `3s`), `SHIPPING_DELIVERY_AFTER` (Default: `5s`)
   * @throws Error when one is written otherwise
   */
  constructor(env?: Readonly<Record<string, string | undefined>>) {
    const settings = new Settings(env);
    this.carrier = settings.oneOf('CARRIER', ['simulated', 'manual']);
    this.dispatchAfterMs = settings.durationMs('SHIPPING_DISPATCH_AFTER', '3s');
    this.deliveryAfterMs = settings.durationMs('SHIPPING_DELIVERY_AFTER', '5s');
  }
}
