import { assertNoTransaction } from '@banyan/persistence';

export interface CallOutOptions {
  /** How long the call may take. */
  readonly deadlineMs: number;
}

/** Something outside the system did not answer in time. */
export class CallOutTimedOut extends Error {
  constructor(
    readonly call: string,
    readonly deadlineMs: number,
  ) {
    super(`${call} did not answer within ${deadlineMs} ms`);
    this.name = 'CallOutTimedOut';
  }
}

/**
 * Calls something outside the system: a payment provider, a mail server. `call` is given a signal that aborts at the
 * deadline; whether the other side acted by then is not known, so a repeated call carries the same business key.
 * @throws CallOutTimedOut at the deadline, also when `call` does not heed the signal.
 * @throws SeamMisuse inside a transaction.
 */
export async function callOut<T>(
  name: string,
  { deadlineMs }: CallOutOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  assertNoTransaction(`${name} was called`);
  const deadline = new AbortController();
  const late = new CallOutTimedOut(name, deadlineMs);
  const timer = setTimeout(() => deadline.abort(late), deadlineMs);
  try {
    const aborted = new Promise<never>((_, reject) =>
      deadline.signal.addEventListener('abort', () => reject(late), { once: true }),
    );
    return await Promise.race([call(deadline.signal), aborted]);
  } finally {
    clearTimeout(timer);
  }
}
