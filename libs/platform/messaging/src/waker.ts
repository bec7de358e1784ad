/** Lets a loop sleep until somebody wakes it or its time has come. A wake that comes while nobody sleeps is kept. */
export class Waker {
  private pending = false;
  private resolve?: () => void;

  wake = (): void => {
    if (this.resolve) this.resolve();
    else this.pending = true;
  };

  /** Resolves at the next wake, at once when one is pending, or after `ms`. One sleeper at a time, who must await it. */
  sleep(ms: number): Promise<void> {
    if (this.pending) {
      this.pending = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.resolve?.(), ms);
      this.resolve = () => {
        clearTimeout(timer);
        this.resolve = undefined;
        resolve();
      };
    });
  }
}

/** Delay before attempt `attempt + 1`: exponential from `baseMs` to `maxMs`, with half of it left to chance. */
export function backoffMs(attempt: number, baseMs: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}
