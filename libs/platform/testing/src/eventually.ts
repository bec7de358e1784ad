import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** (Default: 20,000, which says that nothing comes any more; a busy machine takes its time) */
  readonly timeoutMs?: number;
  /** (Default: 10) */
  readonly everyMs?: number;
}

/**
 * Calls `outcome` until it neither throws nor returns false, and resolves with what it returned.
 * Rejects with its last error when that did not happen in time.
 */
export async function eventually<T>(
  outcome: () => T | Promise<T>,
  { timeoutMs = 20_000, everyMs = 10 }: Patience = {},
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let error: unknown;
    try {
      const result = await outcome();
      if (result !== false) return result as Exclude<T, false>;
      error = new Error(`Waited ${timeoutMs} ms for: ${outcome.toString()}`);
    } catch (thrown) {
      error = thrown;
    }
    if (performance.now() >= deadline) throw error;
    await sleep(everyMs);
  }
}
