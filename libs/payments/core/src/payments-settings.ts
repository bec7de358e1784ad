import { Settings } from '@banyan/hosting';

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
   * `PAYMENT_PROVIDER_URL` (Default: `http://localhost:3010`), `PAYMENTS_PROVIDER_CALLS` (Default: 4),
   * `PAYMENTS_PROVIDER_TIMEOUT`, at most 20s (Default: `5s`), `PAYMENTS_FIRST_RETRY` (Default: `1s`),
   * `PAYMENTS_LONGEST_RETRY` (Default: `60s`), `PAYMENTS_RECONCILIATION_INTERVAL` (Default: `10m`).
   * @throws Error when one is written otherwise
   */
  constructor(env?: Readonly<Record<string, string | undefined>>) {
    const settings = new Settings(env);
    this.providerUrl = settings
      .text(
        'PAYMENT_PROVIDER_URL',
        'http://localhost:3010',
        /^https?:\/\/[^\s/]+(\/\S*)?$/,
        'an address such as http://localhost:3010',
      )
      .replace(/\/+$/, '');
    this.providerTimeoutMs = settings.durationMs('PAYMENTS_PROVIDER_TIMEOUT', '5s');
    // A message handler has 30 s in all.
    if (this.providerTimeoutMs > 20_000) throw new Error('PAYMENTS_PROVIDER_TIMEOUT is longer than 20s');
    this.providerCalls = settings.count('PAYMENTS_PROVIDER_CALLS', 4);
    this.firstRetryMs = settings.durationMs('PAYMENTS_FIRST_RETRY', '1s');
    this.longestRetryMs = settings.durationMs('PAYMENTS_LONGEST_RETRY', '60s');
    this.reconciliationIntervalMs = settings.durationMs('PAYMENTS_RECONCILIATION_INTERVAL', '10m');
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
}
