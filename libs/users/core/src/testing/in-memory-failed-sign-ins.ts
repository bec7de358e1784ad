import { FailedSignIns, FailedSignInsByEmail, type FailedSignInsState } from '../domain/failed-sign-ins';

export class InMemoryFailedSignIns extends FailedSignInsByEmail {
  private readonly failed = new Map<string, FailedSignInsState>();

  of = async (email: string): Promise<FailedSignIns> => this.now(email);

  /** Nobody comes in between: nothing here waits. */
  async change<T>(email: string, change: (failed: FailedSignIns) => T): Promise<T> {
    const failed = this.now(email);
    const result = change(failed);
    const state = failed.snapshot();
    if (state) this.failed.set(email.toLowerCase(), state);
    else this.failed.delete(email.toLowerCase());
    return result;
  }

  async trim(): Promise<void> {}

  private now(email: string): FailedSignIns {
    const state = this.failed.get(email.toLowerCase());
    return state ? FailedSignIns.restore(state) : FailedSignIns.none();
  }
}
