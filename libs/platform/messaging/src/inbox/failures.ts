import { ContextUnavailable } from '@banyan/contracts';
import { type Database, DatabaseUnavailable } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { failpoint } from '../failpoints';
import { backoffMs } from '../waker';
import { Fenced, TakesProcessDown, Unreadable } from './attempts';
import type { AttemptEnded, DispatcherSettings } from './dispatcher-options';
import type { InboxRow, InboxRows } from './inbox-rows';
import type { Blocking } from './plan';

/** What becomes of a message whose attempt failed. */
export interface Fate {
  readonly blocking: Blocking;
  /** Why that could not be noted. */
  readonly problem?: string;
}

type Tell = (outcome: AttemptEnded['outcome']) => void;

/** Settles failed attempts: again later, counted or not, or as a dead letter. */
export class Failures {
  private readonly logger = new Logger('Dispatcher');

  constructor(
    private readonly database: Database,
    private readonly rows: InboxRows,
    private readonly settings: Pick<DispatcherSettings, 'maxAttempts' | 'backoffMs' | 'maxBackoffMs'>,
  ) {}

  /** Never rejects. Tells how the attempt ended, once that is noted. */
  async settle(row: InboxRow, error: unknown, tell: Tell): Promise<Fate> {
    if (error instanceof Fenced) return { blocking: 'forget' };
    const { backoffMs: base, maxBackoffMs } = this.settings;
    try {
      return { blocking: await this.decide(row, error, tell) };
    } catch (failure) {
      return { blocking: backoffMs(3, base, maxBackoffMs), problem: (failure as Error).message };
    }
  }

  private async decide(row: InboxRow, error: unknown, tell: Tell): Promise<Blocking> {
    const { maxAttempts, backoffMs: base, maxBackoffMs } = this.settings;
    const { context } = this.database;
    const { message, stack } = storyOf(error);
    const attempts = row.attempts + 1;
    if (error instanceof DatabaseUnavailable && error.context === context)
      return backoffMs(2, base, maxBackoffMs);
    if (isAway(error)) {
      const delayMs = backoffMs(Math.min(row.attempts + 3, 6), base, maxBackoffMs);
      await this.rows.fail(row, message, delayMs, error.context);
      tell('waiting');
      return delayMs;
    }
    if (error instanceof Unreadable || error instanceof TakesProcessDown || attempts >= maxAttempts) {
      await this.rows.die(row, message, stack, attempts);
      tell('dead');
      this.logger.error(
        `${context}: ${row.type} ${row.id} is a dead letter of ${row.subscription} after ${attempts} attempts: ${message}`,
      );
      return 'forget';
    }
    const delayMs = backoffMs(row.attempts, base, maxBackoffMs);
    await failpoint('handle.before-failure-noted');
    await this.rows.fail(row, message, delayMs);
    await failpoint('handle.after-failure-noted');
    tell('failed');
    this.logger.warn(
      `${context}: ${row.subscription} failed on ${row.type} ${row.id}, attempt ${attempts}, again in ${delayMs} ms: ${message}`,
    );
    return delayMs;
  }
}

/** Another context, or its database, is away: nobody's fault, so no attempt is counted. */
const isAway = (error: unknown): error is ContextUnavailable | DatabaseUnavailable =>
  error instanceof ContextUnavailable || error instanceof DatabaseUnavailable;

/** What can be told of whatever was thrown, and stored: PostgreSQL takes no U+0000. */
function storyOf(error: unknown): { message: string; stack?: string } {
  try {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const storable = (text: unknown) => String(text).replaceAll('\0', '\uFFFD');
    return { message: storable(message), stack: stack === undefined ? undefined : storable(stack) };
  } catch {
    return { message: 'something was thrown that cannot be shown' };
  }
}
