import type { Database } from '@banyan/persistence';

/** How much waits in one context's message tables, and for how long the oldest of it has. */
export interface Depths {
  readonly outbox: number;
  readonly outboxOldestSeconds: number;
  readonly outboxDead: number;
  readonly owed: number;
  readonly inbox: number;
  readonly inboxOldestSeconds: number;
  /** Of those, the ones that wait for another context, which is away. What follows under their keys waits too, uncounted. */
  readonly awaiting: number;
  readonly awaitingOldestSeconds: number;
  readonly inboxDead: number;
  readonly unreadable: number;
  readonly timers: number;
}

/** Counts stop here: a scrape must stay cheap when a table is long. */
const MOST = 100_000;

/** One statement, cheap enough for every scrape. */
export async function depthsOf(database: Database): Promise<Depths> {
  const count = (table: string) =>
    `(SELECT count(*)::int FROM (SELECT 1 FROM ${table} LIMIT ${MOST}) AS counted)`;
  const [depths] = await database.query<Depths>(`
    SELECT ${count('outbox')} AS outbox,
           coalesce((SELECT extract(epoch FROM now() - (attributes::json->>'time')::timestamptz) FROM outbox ORDER BY seq LIMIT 1), 0)::float8 AS "outboxOldestSeconds",
           ${count('outbox_dead')} AS "outboxDead", ${count('outbox_owed')} AS owed, ${count('inbox')} AS inbox,
           awaiting.count AS awaiting, coalesce(extract(epoch FROM now() - awaiting.since), 0)::float8 AS "awaitingOldestSeconds",
           coalesce((SELECT extract(epoch FROM now() - received_at) FROM inbox ORDER BY seq LIMIT 1), 0)::float8 AS "inboxOldestSeconds",
           ${count('inbox_dead')} AS "inboxDead", ${count('inbox_unreadable')} AS unreadable, ${count('timers')} AS timers
      FROM (SELECT count(*)::int AS count, min(received_at) AS since
              FROM (SELECT waits_for, received_at FROM inbox ORDER BY seq LIMIT ${MOST}) AS oldest WHERE waits_for IS NOT NULL) AS awaiting`);
  return depths as Depths;
}
