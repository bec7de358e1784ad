import type { Database } from '@banyan/persistence';
import { Logger } from '@nestjs/common';

export interface Retention {
  /** How long the event log and the deduplication rows are kept. (Default: 14 days) */
  readonly windowMs?: number;
  /** How long a subscription that no process knows any more keeps receiving, and its messages wait. (Default: 1 hour) */
  readonly unknownMs?: number;
}

export const RETENTION: Required<Retention> = { windowMs: 14 * 24 * 3_600_000, unknownMs: 3_600_000 };

const BATCH = 5_000;

/** Trims one context's message tables, in small steps. */
export class Janitor {
  private readonly logger = new Logger(Janitor.name);
  private readonly retention: Required<Retention>;

  constructor(
    private readonly database: Database,
    retention: Retention = {},
  ) {
    this.retention = { ...RETENTION, ...retention };
  }

  /** `knownAlive`: what the processes alive can read, as reading keys. */
  async sweep(knownAlive: readonly string[]): Promise<void> {
    const { windowMs, unknownMs } = this.retention;
    await this.inSteps(
      `DELETE FROM event_log WHERE position = ANY(ARRAY(
         SELECT position FROM event_log log WHERE published_at < now() - $1 * interval '1 millisecond'
            AND NOT EXISTS (SELECT 1 FROM outbox_owed owed WHERE owed.position = log.position) ORDER BY position LIMIT ${BATCH})) RETURNING 1`,
      [windowMs],
    );
    // Both must be old: a service that first starts after a week receives old ids.
    await this.inSteps(
      `DELETE FROM inbox_seen WHERE (id, subscription) IN (
         SELECT id, subscription FROM inbox_seen WHERE id < $2::uuid AND at < now() - $1 * interval '1 millisecond' ORDER BY id LIMIT ${BATCH}) RETURNING 1`,
      [windowMs, oldestUuidOf(new Date(Date.now() - windowMs))],
    );
    await this.database.query(
      `DELETE FROM subscriptions WHERE known_at < now() - $1 * interval '1 millisecond'`,
      [unknownMs],
    );
    const buried = await this.database.query(
      `WITH dead AS (DELETE FROM inbox WHERE type || ' ' || subscription <> ALL($1::text[]) AND received_at < now() - $2 * interval '1 millisecond'
                     RETURNING id, subscription, grp, publisher, type, key, chain, lane, attributes, data, attempts, starts, received_at)
       INSERT INTO inbox_dead (id, subscription, grp, publisher, type, key, chain, lane, attributes, data, attempts, starts, error, received_at)
       SELECT id, subscription, grp, publisher, type, key, chain, lane, attributes, data, attempts, starts, 'no running code knows this subscription', received_at FROM dead
       ON CONFLICT (id, subscription) DO NOTHING RETURNING 1`,
      [knownAlive, unknownMs],
    );
    if (buried.length > 0) {
      this.logger.error(
        `${this.database.context}: ${buried.length} messages became dead letters, because no running code knows their subscription`,
      );
    }
  }

  private async inSteps(sql: string, parameters: readonly unknown[]): Promise<void> {
    for (;;) {
      const rows = await this.database.query(sql, parameters);
      if (rows.length < BATCH) return;
    }
  }
}

/** The smallest uuid v7 of an instant. */
function oldestUuidOf(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
