import { Settings } from '@banyan/hosting';

/** What can be set from outside. */
export class OrdersSettings {
  /** How long an order may wait for its confirmation. */
  readonly checkoutDeadlineMs: number;
  /** How long a delivered order stays open. */
  readonly completesAfterMs: number;

  /**
   * `ORDERS_CHECKOUT_DEADLINE` (Default: `15m`) and `ORDERS_COMPLETE_AFTER` (Default: `5s`, for a look at the whole way).
   * @throws Error when one is no duration
   */
  constructor(env?: Readonly<Record<string, string | undefined>>) {
    const settings = new Settings(env);
    this.checkoutDeadlineMs = settings.durationMs('ORDERS_CHECKOUT_DEADLINE', '15m');
    this.completesAfterMs = settings.durationMs('ORDERS_COMPLETE_AFTER', '5s');
  }
}
