import { withClient } from '@banyan/testing';
import { CONTEXTS } from '../shop/placements';
import type { Shop } from '../shop/start-shop';

/** Where contexts note what they handle; to be there before they start. */
export const DIARY = `
  CREATE SCHEMA diary;
  CREATE TABLE diary.entries (
    seq bigint GENERATED ALWAYS AS IDENTITY, context text, subscription text, id uuid, pid int);
  GRANT USAGE ON SCHEMA diary TO PUBLIC;
  GRANT INSERT ON diary.entries TO PUBLIC`;

/** Lets contexts that keep their data on another server write into the same diary. Wants superusers' addresses. */
export async function diaryFrom(shared: string, own: string): Promise<void> {
  const { hostname, port, pathname, username, password } = new URL(shared);
  await withClient(own, (client) =>
    client.query(`
      CREATE EXTENSION postgres_fdw;
      CREATE SERVER shared FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${hostname}', port '${port}', dbname '${pathname.slice(1)}');
      CREATE USER MAPPING FOR PUBLIC SERVER shared OPTIONS (user '${username}', password '${decodeURIComponent(password)}', password_required 'false');
      CREATE SCHEMA diary;
      CREATE FOREIGN TABLE diary.entries (context text, subscription text, id uuid, pid int) SERVER shared OPTIONS (schema_name 'diary', table_name 'entries');
      GRANT USAGE ON SCHEMA diary TO PUBLIC;
      GRANT INSERT ON diary.entries TO PUBLIC`),
  );
}

/** How far the diary has come. */
export async function lastEntry(shop: Shop): Promise<number> {
  const [row] = await shop.sql<{ last: number }>(
    'SELECT coalesce(max(seq), 0)::int AS last FROM diary.entries',
  );
  return row!.last;
}

const TOLD = `(SELECT publisher, id, key, min(position) AS position FROM (${CONTEXTS.map(
  (context) => `SELECT '${context}' AS publisher, id, key, position FROM "${context}".event_log`,
).join(' UNION ALL ')}) logs GROUP BY 1, 2, 3)`;

const RULES: Readonly<Record<string, string>> = {
  'an event is handled once by each subscription': `
    SELECT context, subscription, id, count(*)::int FROM diary.entries GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  'events of a publisher and key are handled in the order in which they were told': `
    SELECT * FROM (
      SELECT d.context, d.subscription, t.publisher, t.key, t.position,
             lag(t.position) OVER (PARTITION BY d.context, t.publisher, t.key ORDER BY d.seq) AS before
        FROM diary.entries d JOIN ${TOLD} t USING (id) WHERE d.seq <= $1) handled
     WHERE before > position`,
  'an event that a subscription received is handled': CONTEXTS.map(
    (context) => `
    SELECT seen.id, seen.subscription FROM "${context}".inbox_seen seen
     WHERE seen.subscription LIKE 'diary-%' AND NOT EXISTS (
       SELECT 1 FROM diary.entries d
        WHERE d.context = '${context}' AND (d.id, d.subscription) = (seen.id, seen.subscription))`,
  ).join(' UNION ALL '),
};

/**
 * What the diary says of a shop that is quiet: nothing was lost, doubled, or put in another order, one line per rule that
 * was broken. Order is judged up to entry `ordered`, since nothing is promised of what is told again later.
 */
export async function judgeDiary(shop: Shop, ordered: number): Promise<string[]> {
  const broken: string[] = [];
  for (const [rule, query] of Object.entries(RULES)) {
    const rows = await shop.sql(query, query.includes('$1') ? [ordered] : []);
    if (rows.length > 0) broken.push(`${rule}; ${rows.length} are not: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return broken;
}
