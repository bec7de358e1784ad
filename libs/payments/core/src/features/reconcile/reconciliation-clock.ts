import { Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ReconciliationDue } from './reconciliation-due';

/** Not in the first moments of a system that starts, when the provider may start as well. */
const FIRST_AFTER_MS = 10_000;

/** Says when both books are compared: soon after a process started, and then each time for the next. */
@Injectable()
export class ReconciliationClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private starting?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly timers: Timers,
    private readonly transaction: Transaction,
  ) {}

  /** Joins the running transaction, or makes one. What was set before is replaced. */
  async set(due: Date): Promise<void> {
    await this.transaction.run(() => this.timers.set(ReconciliationDue({ books: 'provider' }), { due }));
  }

  /** The database may not be there yet. */
  onApplicationBootstrap(): void {
    const start = () => {
      if (this.stopped) return;
      const first = () => this.set(new Date(Date.now() + FIRST_AFTER_MS)).catch(start);
      this.starting = setTimeout(() => void first(), 1_000).unref();
    };
    start();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.starting);
  }
}
