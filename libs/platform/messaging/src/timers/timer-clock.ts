import type { Database } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { failpoint } from '../failpoints';
import type { Receiver } from '../inbox/receiver';
import { type MessageRow, messageOf } from '../transport/message-row';
import { backoffMs, Waker } from '../waker';

export interface TimerClockOptions {
  /** How long it sleeps at most. (Default: 30000) */
  readonly pollMs?: number;
}

const AT_ONCE = 200;

/** Moves due timers of one context into its own inbox. One process at a time owns it; two would do no harm. */
export class TimerClock {
  private readonly waker = new Waker();
  private readonly logger = new Logger(TimerClock.name);
  private readonly pollMs: number;
  /** Never, while it is awake: whatever is set then makes it look once more. */
  private wakesAt = Infinity;
  private stopping = false;
  private running?: Promise<void>;

  constructor(
    private readonly database: Database,
    private readonly receiver: Receiver,
    options: TimerClockOptions = {},
  ) {
    this.pollMs = options.pollMs ?? 30_000;
  }

  /** A timer was set; wakes the clock if it would sleep past it. */
  setUntil = (due: Date): void => {
    if (due.getTime() < this.wakesAt) this.waker.wake();
  };

  start(): void {
    this.stopping = false;
    this.running ??= this.loop().finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.running;
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await failpoint('timers.before-move');
        const moved = await this.moveDue();
        await failpoint('timers.after-commit');
        failures = 0;
        if (moved === AT_ONCE) continue;
        await this.sleepFor(await this.untilNextDue());
      } catch (error) {
        this.logger.warn(`${this.database.context}: timers wait: ${(error as Error).message}`);
        await this.sleepFor(backoffMs(failures++, 100, 5_000));
      }
    }
  }

  private async sleepFor(ms: number): Promise<void> {
    this.wakesAt = Date.now() + ms;
    await this.waker.sleep(ms);
    this.wakesAt = Infinity;
  }

  private moveDue(): Promise<number> {
    return this.database.run(async () => {
      const due = await this.database.query<MessageRow>(
        `WITH due AS (SELECT type, key FROM timers WHERE due <= clock_timestamp() ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED),
              gone AS (DELETE FROM timers t USING due WHERE t.type = due.type AND t.key = due.key RETURNING t.id, t.type, t.key, t.attributes, t.data, t.due)
         SELECT id, type, key, attributes, data FROM gone ORDER BY gone.due`,
        [AT_ONCE],
      );
      if (due.length > 0)
        await this.receiver.store(due.map((row) => messageOf(`${this.database.context}/timers`, row)));
      await failpoint('timers.before-commit');
      return due.length;
    });
  }

  private async untilNextDue(): Promise<number> {
    const [next] = await this.database.query<{ ms: number | null }>(
      'SELECT ceil(extract(epoch FROM min(due) - clock_timestamp()) * 1000)::float8 AS ms FROM timers',
    );
    return Math.min(this.pollMs, Math.max(0, next?.ms ?? this.pollMs));
  }
}
