import type { Database, Session } from '@banyan/persistence';
import { channelOf } from './context-state';

/** What may wait for another process of the same context. */
export type Notice = 'inbox' | 'outbox' | 'timers' | 'lanes';

/** What the processes of one context tell each other. Hints only: whoever waits looks by itself before long. */
export class Notices {
  private readonly untold = new Set<Notice>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly database: Database) {}

  /** Tells the other processes, once per few milliseconds: NOTIFY takes a lock at commit. */
  tell(notice: Notice): void {
    this.untold.add(notice);
    this.timer ??= setTimeout(() => void this.flush(), 3);
  }

  /** Tells at once what is still untold. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const notices = [...this.untold];
    this.untold.clear();
    if (notices.length === 0) return;
    await this.database
      .query(`SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice`, [
        channelOf(this.database.context),
        notices,
      ])
      .catch(() => undefined);
  }

  /** Calls `heard` with each notice that arrives while the session lives. */
  async listen(session: Session, heard: (notice: string | undefined) => void): Promise<void> {
    session.on('notification', ({ payload }) => heard(payload));
    await session.query(`LISTEN ${session.escapeIdentifier(channelOf(this.database.context))}`);
  }
}
