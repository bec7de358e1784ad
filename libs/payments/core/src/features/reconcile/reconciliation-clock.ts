import { Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ReconciliationDue } from './reconciliation-due';

/** Says when both books are compared: when a process starts, and then each time for the next. */
@Injectable()
export class ReconciliationClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private starting?: NodeJS.Timeout;

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
      this.starting = setTimeout(() => void this.set(new Date()).catch(start), 1_000).unref();
    };
    start();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.starting);
  }
}
