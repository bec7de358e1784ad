import type { Database, Execution, Session } from '@banyan/persistence';
import { guardRemoved } from '../failpoints';

/** A row of the inbox as the dispatcher plans with it: everything but the message. */
export interface InboxRow {
  readonly seq: string;
  readonly id: string;
  readonly subscription: string;
  readonly type: string;
  readonly chain: string;
  readonly lane: number;
  readonly attempts: number;
  readonly starts: number;
  /** How long until it may be tried, in milliseconds. Null: now. */
  readonly waitMs: number | null;
}

export interface StoredMessage {
  readonly attributes: string;
  readonly data: string;
}

export interface FetchQuery {
  readonly instance: number;
  readonly lanes: readonly number[];
  /** Chains that may not move now. */
  readonly blocked: readonly string[];
  /** What this process, or another, can read, as `readingKey`s. */
  readonly known: readonly string[];
  /** Since when others may have come who can read more, by the server's clock. */
  readonly knownAsOf: string;
  /** Rows in hand, which are not fetched again. */
  readonly inHand: readonly string[];
  readonly limit: number;
}

const PEEK = 'SELECT attributes, data FROM inbox WHERE seq = $1';
const TAKE = 'DELETE FROM inbox WHERE seq = $1 AND attempts = $2 RETURNING attributes, data';

/** The inbox of one context, as the dispatcher uses it: each method is one statement. */
export class InboxRows {
  constructor(private readonly database: Database) {}

  /**
   * The next rows from the head, and in the same statement the note that this instance has them in hand, so that a
   * message that kills the process is known afterwards. What nobody can read is passed over, but not what somebody can
   * who came just now: a process joins before it registers, and nothing is stored for a subscription before that.
   */
  async fetch(
    session: Session,
    { instance, lanes, blocked, known, knownAsOf, inHand, limit }: FetchQuery,
  ): Promise<InboxRow[]> {
    const { rows } = await session.query<InboxRow>({
      name: 'inbox-fetch',
      text: `
        WITH next AS MATERIALIZED (
          SELECT seq, id, subscription, type, chain, lane, attempts, starts,
                 CASE WHEN next_attempt_at > clock_timestamp() THEN ceil(extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000)::int END AS "waitMs"
            FROM inbox
           WHERE lane = ANY($2::smallint[]) AND chain <> ALL($3::bigint[]) AND seq <> ALL($5::bigint[])
             AND (type || ' ' || subscription = ANY($4::text[])
                  OR EXISTS (SELECT 1 FROM subscriptions s WHERE (s.type, s.identity) = (inbox.type, inbox.subscription) AND s.known_at >= $7::timestamptz))
           ORDER BY seq LIMIT $6),
        noted AS (
          UPDATE inbox_instances SET in_hand = $5::bigint[] || ARRAY(SELECT seq FROM next), seen_at = now()
           WHERE number = $1 AND EXISTS (SELECT 1 FROM next))
        SELECT * FROM next ORDER BY seq`,
      values: [instance, lanes, blocked, known, inHand, limit, knownAsOf],
    });
    return rows;
  }

  /** Notes what this instance has in hand, where that is not what was fetched. */
  async noteInHand(session: Session, instance: number, seqs: readonly string[]): Promise<void> {
    await session.query('UPDATE inbox_instances SET in_hand = $2::bigint[] WHERE number = $1', [
      instance,
      seqs,
    ]);
  }

  /** The message of a row, for `prepare`. Undefined when the row is gone. */
  async peek({ seq }: InboxRow): Promise<StoredMessage | undefined> {
    const [message] = await this.database.query<StoredMessage>(PEEK, [seq]);
    return message;
  }

  /** Counts that work on a suspect begins, before it begins. False when the row is gone. */
  async countStart({ seq }: InboxRow): Promise<boolean> {
    const rows = await this.database.query(
      'UPDATE inbox SET starts = starts + 1 WHERE seq = $1 RETURNING seq',
      [seq],
    );
    return rows.length > 0;
  }

  /** First in the handler's transaction: takes the row. No row when somebody else had it. */
  taking({ seq, attempts }: InboxRow): Execution {
    if (guardRemoved('inbox.mark-in-transaction'))
      return { name: 'inbox-peek', text: PEEK, parameters: [seq] };
    return { name: 'inbox-take', text: TAKE, parameters: [seq, attempts] };
  }

  /** Plans the next attempt. This one is not counted when a context that it waits for is away: that is not its fault. */
  async fail({ seq, attempts }: InboxRow, error: string, delayMs: number, waitsFor?: string): Promise<void> {
    await this.database.query(
      `UPDATE inbox SET attempts = attempts + $3, starts = 0, next_attempt_at = clock_timestamp() + $4 * interval '1 millisecond', last_error = $5, waits_for = $6
        WHERE seq = $1 AND attempts = $2`,
      [seq, attempts, waitsFor === undefined ? 1 : 0, delayMs, error, waitsFor ?? null],
    );
  }

  /** Moves a row to the dead letters, with its story. */
  async die(
    { seq, attempts }: InboxRow,
    error: string,
    stack: string | undefined,
    countedAttempts: number,
  ): Promise<void> {
    await this.database.query(
      `WITH dead AS (DELETE FROM inbox WHERE seq = $1 AND attempts = $2
                     RETURNING id, subscription, grp, publisher, type, key, chain, lane, attributes, data, starts, received_at)
       INSERT INTO inbox_dead (id, subscription, grp, publisher, type, key, chain, lane, attributes, data, attempts, starts, error, stack, received_at)
       SELECT id, subscription, grp, publisher, type, key, chain, lane, attributes, data, $3, starts, $4, $5, received_at FROM dead
       ON CONFLICT (id, subscription) DO UPDATE SET attempts = EXCLUDED.attempts, error = EXCLUDED.error, stack = EXCLUDED.stack, dead_at = now()`,
      [seq, attempts, countedAttempts, error, stack ?? null],
    );
  }
}
