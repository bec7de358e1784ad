import type { Database, Migration } from '@banyan/persistence';

/** The table of `Idempotency`, in the schema of every context. Rows are updated once, soon after they were written. */
export const idempotencyMigration: Migration = {
  name: '0002-idempotency-keys',
  async up(query) {
    await query(`
      CREATE TABLE idempotency_keys (
        person     text        NOT NULL,
        key        text        NOT NULL,
        body_hash  bytea       NOT NULL,
        answer     text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (person, key)
      ) WITH (fillfactor = 80)`);
    await query('CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)');
  },
};

/** How long an answer is kept: 24 hours. */
export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;

/** Forgets answers older than `keptMs`, a thousand at a time; returns how many. Meant to be called every few minutes. */
export async function trimIdempotencyKeys(
  database: Pick<Database, 'query'>,
  keptMs = IDEMPOTENCY_KEPT_MS,
): Promise<number> {
  let trimmed = 0;
  for (;;) {
    const rows = await database.query(
      `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM idempotency_keys WHERE created_at < now() - $1 * interval '1 millisecond' LIMIT 1000))
       RETURNING 1`,
      [keptMs],
    );
    trimmed += rows.length;
    if (rows.length < 1000) return trimmed;
  }
}
