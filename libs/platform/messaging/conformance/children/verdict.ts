import type { Client } from 'pg';
import { CONTEXTS, SUBSCRIPTIONS } from './story';

/** Everything that has to come to rest. Timers too: they are due at once. */
const LIVE = ['outbox', 'outbox_owed', 'inbox', 'timers'];

/** Who hears of whom. */
const WAYS = CONTEXTS.flatMap((from) => CONTEXTS.filter((to) => to !== from).map((to) => ({ from, to })));

/** What still waits in the tables, by `context.table`, or has left one and not reached the other; empty when all is quiet. */
export async function waiting(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ place: string; count: number }>(
    [
      ...CONTEXTS.flatMap((context) =>
        LIVE.map(
          (table) => `SELECT '${context}.${table}' AS place, count(*)::int AS count FROM ${context}.${table}`,
        ),
      ),
      ...WAYS.map(
        ({ from, to }) =>
          `SELECT 'from ${from} to ${to}', count(*)::int FROM ${from}.event_log log JOIN ${to}.subscriptions s ON s.type = log.type
            WHERE NOT EXISTS (SELECT 1 FROM ${to}.inbox_seen seen WHERE seen.id = log.id AND seen.subscription = s.identity)`,
      ),
    ].join(' UNION ALL '),
  );
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ place, count }) => [place, count]));
}

export interface Verdict {
  /** Orders counted. */
  readonly counts: number;
  readonly effects: number;
  /** One line per broken promise. */
  readonly violations: string[];
}

/** Compares what was counted with what every subscription made of it. */
export async function judge(client: Client): Promise<Verdict> {
  const violations: string[] = [];
  const counts = (await client.query<Row>('SELECT key, n FROM orders.counts ORDER BY key, n')).rows;
  const counted = new Set(counts.map(nameOf));
  let effects = 0;
  for (const { context, name, inOrder } of SUBSCRIPTIONS) {
    const { rows } = await client.query<Row>(
      `SELECT key, n FROM ${context}.effects WHERE subscription = $1 ORDER BY seq`,
      [name],
    );
    effects += rows.length;
    const seen = new Set<string>();
    const last = new Map<string, number>();
    for (const row of rows) {
      const what = `${row.key} ${row.n}`;
      if (!counted.has(what)) violations.push(`${name} acted on ${what}, which was never committed`);
      if (seen.has(what)) violations.push(`${name} acted twice on ${what}`);
      else if (inOrder && row.n < (last.get(row.key) ?? 0))
        violations.push(`${name} acted on ${what} after ${row.key} ${last.get(row.key)}`);
      seen.add(what);
      last.set(row.key, Math.max(row.n, last.get(row.key) ?? 0));
    }
    for (const what of counted) if (!seen.has(what)) violations.push(`${name} never acted on ${what}`);
  }
  return { counts: counts.length, effects, violations };
}

interface Row {
  readonly key: string;
  readonly n: number;
}

const nameOf = ({ key, n }: Row): string => `${key} ${n}`;
