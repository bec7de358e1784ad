import { currentTransaction, type Database } from '@banyan/persistence';
import { failpoint, guardRemoved } from '../failpoints';
import { LANES, stableHash } from '../tables/hash';
import type { TransportMessage, UnreadableMessage } from '../transport/transport';

/**
 * Fan-out reads the table of subscriptions, not the code at hand, so that two code versions can share an inbox.
 * One row per (message, subscription), in the order received; what was seen before adds nothing.
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
  SELECT count(*)::int AS stored FROM stored`;

/** Takes the place of `DO NOTHING` where a test switches deduplication off. */
const SEEN_AGAIN = '(id, subscription) DO UPDATE SET at = now()';

/** Puts arriving messages into one context's inbox, once each. */
export class Receiver {
  constructor(
    private readonly database: Database,
    /** Called after messages were stored. */
    private readonly wake: () => void,
  ) {}

  /** Stores a batch durably; joins the running transaction, if there is one. */
  async store(messages: readonly TransportMessage[]): Promise<void> {
    await failpoint('receive.before-store');
    let statement = RECEIVE;
    if (guardRemoved('inbox.deduplication')) statement = RECEIVE.replace('DO NOTHING', SEEN_AGAIN);
    let stored = 0;
    for (const batch of withoutRepeatedIds(messages)) {
      const [row] = await this.database.query<{ stored: number }>(statement, [
        batch.map(({ id }) => id),
        batch.map(({ type }) => type),
        batch.map(({ publisher }) => publisher),
        batch.map(({ key }) => key),
        batch.map(({ publisher, key }) => stableHash(`${publisher} ${key}`)),
        batch.map(({ attributes }) => attributes),
        batch.map(({ data }) => data),
      ]);
      stored += row?.stored ?? 0;
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
