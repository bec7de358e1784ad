import type { Database } from '@banyan/persistence';
import { guardRemoved } from '../failpoints';
import type { MessageRow } from '../transport/message-row';

/** A waiting row of the outbox. */
export interface WaitingRow extends MessageRow {
  readonly seq: string;
  readonly refusals: number;
}

/** The outbox and the log of one context, as the relay uses them: each method is one statement. */
export class OutboxRows {
  constructor(private readonly database: Database) {}

  /**
   * Committed rows in the order of their numbers, but for those in flight and the keys in flight. Always from the head:
   * numbers are given before commit, so that a cursor would skip a transaction that commits late.
   */
  waiting(
    limit: number,
    inFlight: readonly string[],
    keysInFlight: readonly string[],
  ): Promise<WaitingRow[]> {
    if (guardRemoved('relay.one-per-key') && keysInFlight.length > 0)
      return this.waiting(limit, inFlight, []);
    return this.database.query(
      inFlight.length === 0
        ? 'SELECT seq, id, type, key, attributes, data, refusals FROM outbox ORDER BY seq LIMIT $1'
        : 'SELECT seq, id, type, key, attributes, data, refusals FROM outbox WHERE seq <> ALL($2::bigint[]) AND key <> ALL($3::text[]) ORDER BY seq LIMIT $1',
      inFlight.length === 0 ? [limit] : [limit, inFlight, keysInFlight],
    );
  }

  /** Moves rows that every subscriber holds to the log. A row that another relay moved before is passed over. */
  async settle(seqs: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH gone AS (DELETE FROM outbox WHERE seq = ANY($1::bigint[]) RETURNING seq, id, type, key, attributes, data)
       INSERT INTO event_log (id, type, key, attributes, data) SELECT id, type, key, attributes, data FROM gone ORDER BY seq`,
      [seqs],
    );
  }

  /** As `settle`, and notes for each row which subscribers are still owed it. */
  async settleOwing(rows: readonly { seq: string; behind: readonly string[] }[]): Promise<void> {
    await this.database.query(
      `WITH gone AS (DELETE FROM outbox WHERE seq = ANY($1::bigint[]) RETURNING seq, id, type, key, attributes, data),
       logged AS (INSERT INTO event_log (id, type, key, attributes, data) SELECT id, type, key, attributes, data FROM gone ORDER BY seq
                  RETURNING position, id, type)
       INSERT INTO outbox_owed (subscriber, position)
       SELECT owed.subscriber, logged.position
         FROM logged JOIN gone USING (id, type) JOIN unnest($2::bigint[], $3::text[]) AS owed (seq, subscriber) ON owed.seq = gone.seq`,
      [
        rows.map(({ seq }) => seq),
        rows.flatMap(({ seq, behind }) => behind.map(() => seq)),
        rows.flatMap(({ behind }) => behind),
      ],
    );
  }

  /** Subscribers that are owed something. */
  async behind(): Promise<string[]> {
    const rows = await this.database.query<{ subscriber: string }>(
      `WITH RECURSIVE each AS (
         (SELECT subscriber FROM outbox_owed ORDER BY subscriber LIMIT 1)
         UNION ALL
         SELECT (SELECT o.subscriber FROM outbox_owed o WHERE o.subscriber > each.subscriber ORDER BY o.subscriber LIMIT 1) FROM each WHERE each.subscriber IS NOT NULL)
       SELECT subscriber FROM each WHERE subscriber IS NOT NULL`,
    );
    return rows.map(({ subscriber }) => subscriber);
  }

  /** The oldest messages that `subscriber` is owed. */
  owed(subscriber: string, limit: number): Promise<(MessageRow & { position: string })[]> {
    return this.database.query(
      `SELECT log.position, log.id, log.type, log.key, log.attributes, log.data
         FROM outbox_owed owed JOIN event_log log USING (position) WHERE owed.subscriber = $1 ORDER BY owed.position LIMIT $2`,
      [subscriber, limit],
    );
  }

  async settleOwed(subscriber: string, positions: readonly string[]): Promise<void> {
    await this.database.query(
      'DELETE FROM outbox_owed WHERE subscriber = $1 AND position = ANY($2::bigint[])',
      [subscriber, positions],
    );
  }

  /** Counts a refusal; from the third on, the row and all of its key that wait behind it move to `outbox_dead`. */
  async refuse(row: WaitingRow, reason: string, limit: number): Promise<'counted' | 'dead'> {
    if (row.refusals + 1 < limit) {
      await this.database.query('UPDATE outbox SET refusals = refusals + 1 WHERE seq = $1', [row.seq]);
      return 'counted';
    }
    await this.database.query(
      `WITH dead AS (DELETE FROM outbox WHERE key = $1 AND seq >= $2 RETURNING seq, id, type, key, attributes, data)
       INSERT INTO outbox_dead (seq, id, type, key, attributes, data, reason)
       SELECT seq, id, type, key, attributes, data, CASE seq WHEN $2 THEN $3 ELSE 'waited behind a message of its key that died' END FROM dead`,
      [row.key, row.seq, reason],
    );
    return 'dead';
  }
}
