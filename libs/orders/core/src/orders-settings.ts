/** What can be set from outside. */
export class OrdersSettings {
  /** How long an order may wait for its confirmation. */
  readonly checkoutDeadlineMs: number;

  /** How long a delivered order stays open. */
  readonly completesAfterMs: number;

  /**
   * `ORDERS_CHECKOUT_DEADLINE` (Default: `15m`) and `ORDERS_COMPLETE_AFTER` (Default: `5s`, for a look at the whole way): a
   * number and ms, s, m or h, such as `90s`. @throws Error when one is written otherwise
   */
  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    this.checkoutDeadlineMs = durationMs(
      'ORDERS_CHECKOUT_DEADLINE',
      env['ORDERS_CHECKOUT_DEADLINE'] || '15m',
    );
    this.completesAfterMs = durationMs('ORDERS_COMPLETE_AFTER', env['ORDERS_COMPLETE_AFTER'] || '5s');
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationMs(name: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})(ms|s|m|h)$/.exec(text) ?? [];
  if (!count || !unit) throw new Error(`${name} is "${text}"; write a number and ms, s, m or h, such as 15m`);
  return Number(count) * UNIT_MS[unit]!;
}
