/** When guessing at passwords is stopped, and for how long. */
export interface LockoutRules {
  /** Failures in a row, after which there is a lock. */
  readonly failures: number;
  /** The first lock; each failure after it doubles the next. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Failures without another for this long are forgotten: 24 hours. */
export const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

export interface FailedSignInsState {
  readonly failures: number;
  readonly lastAt: Date;
}

/** Failures in a row to sign in with one e-mail address, whether or not there is an account with it. */
export class FailedSignIns {
  private constructor(private state: FailedSignInsState | undefined) {}

  static none = (): FailedSignIns => new FailedSignIns(undefined);

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: FailedSignInsState): FailedSignIns => new FailedSignIns(state);

  /** How long nobody may try, from `now`; 0 when one may. */
  lockedForMs({ failures, firstMs, longestMs }: LockoutRules, now: Date): number {
    if (!this.state || this.state.failures < failures) return 0;
    const lockMs = Math.min(firstMs * 2 ** (this.state.failures - failures), longestMs);
    return Math.max(0, this.state.lastAt.getTime() + lockMs - now.getTime());
  }

  fail(now: Date): void {
    const { failures, lastAt } = this.state ?? { failures: 0, lastAt: now };
    const forgotten = now.getTime() - lastAt.getTime() >= FORGOTTEN_AFTER_MS;
    // Of two that fail at the same time, the one that began first may be told last.
    this.state = { failures: forgotten ? 1 : failures + 1, lastAt: now > lastAt ? now : lastAt };
  }

  forget(): void {
    this.state = undefined;
  }

  snapshot = (): FailedSignInsState | undefined => this.state;
}

/** Failed sign-ins by e-mail address, of which a hash only is kept. */
export abstract class FailedSignInsByEmail {
  /** What there is now; changes nothing. */
  abstract of(email: string): Promise<FailedSignIns>;

  /** Changes them; those who change the same ones take turns. */
  abstract change<T>(email: string, change: (failed: FailedSignIns) => T): Promise<T>;

  /** Removes what is forgotten anyway. */
  abstract trim(now: Date): Promise<void>;
}
