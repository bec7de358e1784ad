import type { TimerContract, TimerMessage } from '@banyan/contracts';

/** Private messages of a context to itself, delivered when due, across restarts, while any broker is away. */
export abstract class Timers {
  /**
   * Joins the running transaction. A timer of the same type and key that still waits is replaced.
   * @throws SeamMisuse outside a transaction, or for a timer of another context.
   */
  abstract set(timer: TimerMessage, options: { readonly due: Date }): Promise<void>;

  /** Joins the running transaction. Does nothing when no such timer waits. @throws SeamMisuse outside a transaction. */
  abstract cancel(contract: TimerContract, key: string): Promise<void>;
}
