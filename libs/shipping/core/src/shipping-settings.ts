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
   * `SHIPPING_DISPATCH_AFTER`, `SHIPPING_DELIVERY_AFTER`: a number and ms, s, m or h. (Default: `3s`, `5s`)
   * @throws Error when one is written otherwise
   */
  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    this.carrier = carrier(env['CARRIER'] || 'simulated');
    this.dispatchAfterMs = durationMs('SHIPPING_DISPATCH_AFTER', env['SHIPPING_DISPATCH_AFTER'] || '3s');
    this.deliveryAfterMs = durationMs('SHIPPING_DELIVERY_AFTER', env['SHIPPING_DELIVERY_AFTER'] || '5s');
  }
}

function carrier(text: string): 'simulated' | 'manual' {
  if (text === 'simulated' || text === 'manual') return text;
  throw new Error(`CARRIER is "${text}"; write simulated or manual`);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationMs(name: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})(ms|s|m|h)$/.exec(text) ?? [];
  if (!count || !unit) throw new Error(`${name} is "${text}"; write a number and ms, s, m or h, such as 3s`);
  return Number(count) * UNIT_MS[unit]!;
}
