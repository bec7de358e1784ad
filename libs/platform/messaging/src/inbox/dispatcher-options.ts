export interface DispatcherOptions {
  /** Messages handled at a time, each of another chain. (Default: 6) */
  readonly concurrency?: number;
  /** Rows planned with at a time. (Default: 200) */
  readonly fetchSize?: number;
  /** Attempts after which a message is a dead letter. (Default: 12) */
  readonly maxAttempts?: number;
  /** Starts after which a message that takes the process down with it is a dead letter. (Default: 5) */
  readonly maxStarts?: number;
  /** Delay after the first failure; doubles with each. (Default: 100) */
  readonly backoffMs?: number;
  /** Longest delay between attempts. (Default: 60000) */
  readonly maxBackoffMs?: number;
  /** A handler that takes longer has failed. (Default: 30000) */
  readonly handlerTimeoutMs?: number;
  /** How long it sleeps at most when nobody wakes it. (Default: 5000) */
  readonly pollMs?: number;
  /** Told of each attempt that ended: for metrics. (Default: nobody) */
  readonly onAttempt?: (attempt: AttemptEnded) => void;
}

/** One attempt at a message. */
export interface AttemptEnded {
  readonly subscription: string;
  readonly type: string;
  readonly outcome: 'handled' | 'failed' | 'waiting' | 'dead';
  readonly durationMs: number;
}

/** The options, with their defaults. */
export type DispatcherSettings = Required<Omit<DispatcherOptions, 'onAttempt'>> &
  Pick<DispatcherOptions, 'onAttempt'>;

export const dispatcherSettings = (options: DispatcherOptions): DispatcherSettings => ({
  concurrency: 6,
  fetchSize: 200,
  maxAttempts: 12,
  maxStarts: 5,
  backoffMs: 100,
  maxBackoffMs: 60_000,
  handlerTimeoutMs: 30_000,
  pollMs: 5_000,
  ...options,
});
