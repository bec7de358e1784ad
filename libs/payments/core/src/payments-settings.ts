/** What can be set from outside. */
export class PaymentsSettings {
  readonly providerUrl: string;
  /** How long one call of the provider may take. */
  readonly providerTimeoutMs: number;
  /** Most calls at a time in one process, so that a slow provider leaves room for messages that need none. */
  readonly providerCalls: number;
  readonly reconciliationIntervalMs: number;
  private readonly firstRetryMs: number;
  private readonly longestRetryMs: number;

  /**
   * `PAYMENT_PROVIDER_URL` (Default: `http://localhost:3010`), `PAYMENTS_PROVIDER_CALLS` (Default: 4), and as a number and ms,
   * s, m or h: `PAYMENTS_PROVIDER_TIMEOUT`, at most 20s (Default: `5s`), `PAYMENTS_FIRST_RETRY` (Default: `1s`),
   * `PAYMENTS_LONGEST_RETRY` (Default: `60s`), `PAYMENTS_RECONCILIATION_INTERVAL` (Default: `10m`).
   * @throws Error when one is written otherwise
   */
  constructor(private readonly env: Readonly<Record<string, string | undefined>> = process.env) {
    this.providerUrl = this.url('PAYMENT_PROVIDER_URL', 'http://localhost:3010');
    this.providerTimeoutMs = this.durationMs('PAYMENTS_PROVIDER_TIMEOUT', '5s');
    // A message handler has 30 s in all.
    if (this.providerTimeoutMs > 20_000) throw new Error('PAYMENTS_PROVIDER_TIMEOUT is longer than 20s');
    this.providerCalls = Number(
      this.text('PAYMENTS_PROVIDER_CALLS', '4', /^[1-9]\d?$/, 'a number from 1 to 99'),
    );
    this.firstRetryMs = this.durationMs('PAYMENTS_FIRST_RETRY', '1s');
    this.longestRetryMs = this.durationMs('PAYMENTS_LONGEST_RETRY', '60s');
    this.reconciliationIntervalMs = this.durationMs('PAYMENTS_RECONCILIATION_INTERVAL', '10m');
  }

  /** How long to wait after the `attempt`th call (from 1) that failed: doubles with each, a fifth more or less by chance. */
  retryDelayMs(attempt: number, chance = Math.random()): number {
    const delayMs = Math.min(this.firstRetryMs * 2 ** Math.min(attempt - 1, 30), this.longestRetryMs);
    return Math.round(delayMs * (0.8 + chance * 0.4));
  }

  /** What is younger may be known to one side only, because it is under way. */
  get underWayMs(): number {
    return this.providerTimeoutMs * 2;
  }

  private durationMs(name: string, otherwise: string): number {
    const form = /^([1-9]\d{0,6})(ms|s|m|h)$/;
    const text = this.text(name, otherwise, form, 'a number and ms, s, m or h, such as 15m');
    const [, count, unit] = form.exec(text)!;
    return Number(count) * UNIT_MS[unit!]!;
  }

  private url(name: string, otherwise: string): string {
    const text = this.text(
      name,
      otherwise,
      /^https?:\/\/[^\s/]+(\/\S*)?$/,
      `an address such as ${otherwise}`,
    );
    return text.replace(/\/+$/, '');
  }

  private text(name: string, otherwise: string, form: RegExp, wanted: string): string {
    const text = this.env[name] || otherwise;
    if (!form.test(text)) throw new Error(`${name} is "${text}"; write ${wanted}`);
    return text;
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
