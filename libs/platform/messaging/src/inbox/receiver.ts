import { currentTransaction, type Database } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { failpoint, guardRemoved } from '../failpoints';
import { LANES, stableHash } from '../tables/hash';
import type { TransportMessage, UnreadableMessage } from '../transport/transport';

/**
 * Fan-out reads the table of subscriptions, not the code at hand, so that two code versions can share an inbox.
 * One row per (message, subscription), in the order received; what was seen before adds nothing. Also finds the types
 * that nobody subscribes to.
 */
const RECEIVE = `
  WITH incoming AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])
      WITH ORDINALITY AS m (id, type, publisher, key, key_hash, attributes, data, position)),
  fresh AS (
    INSERT INTO inbox_seen (id, subscription, chain)
    SELECT m.id, s.identity, m.key_hash # s.group_hash FROM incoming m JOIN subscriptions s ON s.type = m.type
    ON CONFLICT DO NOTHING RETURNING id, subscription, chain),
  stored AS (
    INSERT INTO inbox (id, subscription, grp, publisher, type, key, chain, lane, attributes, data)
    SELECT m.id, s.identity, s.grp, m.publisher, m.type, m.key, f.chain, f.chain & ${LANES - 1}, m.attributes, m.data
      FROM incoming m JOIN subscriptions s ON s.type = m.type JOIN fresh f ON f.id = m.id AND f.subscription = s.identity
     ORDER BY m.position RETURNING 1)
  SELECT (SELECT count(*)::int FROM stored) AS stored,
         ARRAY(SELECT DISTINCT m.type FROM incoming m WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.type = m.type)) AS unheard`;

/** Takes the place of `DO NOTHING` where a test switches deduplication off. */
const SEEN_AGAIN = '(id, subscription) DO UPDATE SET at = now()';

/** So many types that nobody subscribes to are named; further ones are told as `other`. */
const NAMED = 50;

/** Puts arriving messages into one context's inbox, once each. */
export class Receiver {
  private readonly logger = new Logger(Receiver.name);
  private readonly unheard = new Set<string>();

  constructor(
    private readonly database: Database,
    /** Called after messages were stored. */
    private readonly wake: () => void,
    /** Told how many messages arrived, by type, that no subscription of this context knows. (Default: nobody) */
    private readonly onUnheard: (type: string, count: number) => void = () => undefined,
  ) {}

  /** Stores a batch durably; joins the running transaction, if there is one. */
  async store(messages: readonly TransportMessage[]): Promise<void> {
    await failpoint('receive.before-store');
    let statement = RECEIVE;
    if (guardRemoved('inbox.deduplication')) statement = RECEIVE.replace('DO NOTHING', SEEN_AGAIN);
    let stored = 0;
    for (const batch of withoutRepeatedIds(messages)) {
      const [row] = await this.database.query<{ stored: number; unheard: string[] }>(statement, [
        batch.map(({ id }) => id),
        batch.map(({ type }) => type),
        batch.map(({ publisher }) => publisher),
        batch.map(({ key }) => key),
        batch.map(({ publisher, key }) => stableHash(`${publisher} ${key}`)),
        batch.map(({ attributes }) => attributes),
        batch.map(({ data }) => data),
      ]);
      stored += row?.stored ?? 0;
      if (row && row.unheard.length > 0) this.tellUnheard(new Set(row.unheard), batch);
    }
    await failpoint('receive.after-store');
    if (stored === 0) return;
    const transaction = currentTransaction();
    if (transaction) transaction.afterCommit.push(this.wake);
    else this.wake();
  }

  /** Keeps what no one could read, for somebody to look at. */
  async storeUnreadable({ properties, body }: UnreadableMessage, reason: string): Promise<void> {
    await this.database.query('INSERT INTO inbox_unreadable (reason, properties, body) VALUES ($1, $2, $3)', [
      reason,
      properties,
      body,
    ]);
  }

  /** They are acknowledged all the same: the sender may know of a subscription that is no more, or is not yet. */
  private tellUnheard(types: ReadonlySet<string>, batch: readonly TransportMessage[]): void {
    const counts = new Map<string, number>();
    for (const { type } of batch)
      if (types.has(type)) counts.set(this.named(type), (counts.get(this.named(type)) ?? 0) + 1);
    for (const [type, count] of counts) this.onUnheard(type, count);
  }

  private named(type: string): string {
    if (this.unheard.has(type)) return type;
    if (this.unheard.size >= NAMED) return 'other';
    this.unheard.add(type);
    this.logger.warn(
      `${this.database.context}: ${type} arrives and no subscription of this context knows it; it is kept for nobody. This is said once`,
    );
    return type;
  }
}

/** Splits where an id comes again (another version of the same fact, or a redelivery): one statement sees each id once. */
function withoutRepeatedIds(messages: readonly TransportMessage[]): TransportMessage[][] {
  const batches: TransportMessage[][] = [[]];
  let ids = new Set<string>();
  for (const message of messages) {
    if (ids.has(message.id)) {
      batches.push([]);
      ids = new Set();
    }
    ids.add(message.id);
    batches.at(-1)?.push(message);
  }
  return batches.filter(({ length }) => length > 0);
}
