import type { Database } from '@banyan/persistence';
import { stableHash } from '../tables/hash';
import type { Reading } from '../inbox/handler';

/**
 * Tells the context's table of subscriptions what this code reads, which receiving consults; repeated, so that what no
 * process knows any more can be told apart.
 */
export async function registerSubscriptions(
  database: Database,
  readings: ReadonlyMap<string, Reading>,
): Promise<void> {
  const rows = [...readings].map(([key, { handler }]) => ({ type: key.slice(0, key.indexOf(' ')), handler }));
  if (rows.length === 0) return;
  await database.query(
    `INSERT INTO subscriptions (identity, type, grp, group_hash, name)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) ORDER BY 1, 2
     ON CONFLICT (identity, type) DO UPDATE SET known_at = now(), name = EXCLUDED.name, grp = EXCLUDED.grp, group_hash = EXCLUDED.group_hash`,
    [
      rows.map(({ handler }) => handler.identity),
      rows.map(({ type }) => type),
      rows.map(({ handler }) => handler.group),
      rows.map(({ handler }) => stableHash(handler.group)),
      rows.map(({ handler }) => handler.name),
    ],
  );
}
