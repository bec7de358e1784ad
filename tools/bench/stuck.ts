import type { Shop } from './shop';

/** What waits in a shop, in words for whoever looks why it does not come to rest. */
export async function whatWaits(shop: Shop): Promise<string> {
  const orders = await shop.rows(
    `SELECT count(*)::int AS n, status, coalesce(' (' || cancellation_reason || ')', '') AS why
       FROM orders.orders GROUP BY status, cancellation_reason ORDER BY n DESC`,
  );
  const contexts = await Promise.all(
    shop.contexts.map((context) =>
      shop.rows(`
        SELECT '${context}' AS context, o.n AS outbox, i.n AS inbox, t.n AS timers,
               (SELECT count(*)::int FROM "${context}".outbox_dead) AS refused,
               (SELECT string_agg(DISTINCT subscription || ': ' || last_error, '; ') FROM "${context}".inbox WHERE last_error IS NOT NULL) AS failing,
               (SELECT string_agg(DISTINCT subscription || ': ' || error, '; ') FROM "${context}".inbox_dead) AS dead
          FROM (SELECT count(*)::int AS n FROM "${context}".outbox) AS o,
               (SELECT count(*)::int AS n FROM "${context}".inbox) AS i,
               (SELECT count(*)::int AS n FROM "${context}".timers WHERE due < now()) AS t`),
    ),
  );
  const sentence = (row: Waiting): string =>
    `${row.context}: ${row.outbox} to be sent, ${row.refused} refused, ${row.inbox} to be handled, ${row.timers} timers overdue` +
    (row.failing ? `; failing: ${row.failing}` : '') +
    (row.dead ? `; dead: ${row.dead}` : '');
  return [
    `Orders: ${(orders as Counted[]).map(({ n, status, why }) => `${n} ${status}${why}`).join(', ')}`,
    ...(contexts.flat() as Waiting[]).map(sentence),
  ].join('\n');
}

interface Counted {
  readonly n: number;
  readonly status: string;
  readonly why: string;
}

interface Waiting {
  readonly context: string;
  readonly outbox: number;
  readonly refused: number;
  readonly inbox: number;
  readonly timers: number;
  readonly failing: string | null;
  readonly dead: string | null;
}
