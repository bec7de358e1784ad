import type { Migration } from '@banyan/persistence';

export const ledger: Migration = {
  name: '0001-ledger',
  async up(query) {
    await query(`
      CREATE TABLE captures (
        key text PRIMARY KEY,
        -- Of amount, currency and token; null when it was voided before anybody asked for it.
        body_hash text,
        tries integer NOT NULL,
        status text NOT NULL CHECK (status IN ('open', 'captured', 'declined', 'voided')),
        reason text,
        amount bigint NOT NULL DEFAULT 0 CHECK (amount >= 0),
        currency text,
        refunded bigint NOT NULL DEFAULT 0,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT never_more_than_captured CHECK (refunded BETWEEN 0 AND amount)
      )`);
    await query(`
      CREATE TABLE refunds (
        key text PRIMARY KEY,
        capture_key text NOT NULL REFERENCES captures,
        amount bigint NOT NULL CHECK (amount > 0)
      )`);
    await query(`
      CREATE TABLE ledger (
        position bigint PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('captured', 'refunded')),
        key text NOT NULL,
        capture_key text NOT NULL,
        amount bigint NOT NULL,
        currency text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )`);
    // Counted in a row rather than by a sequence: its lock makes the order of positions that of commits, so that who
    // reads by position misses nothing.
    await query('CREATE TABLE ledger_end (position bigint NOT NULL)');
    await query('INSERT INTO ledger_end VALUES (0)');
    await query(`
      CREATE FUNCTION keep_ledger() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'The ledger is only ever added to'; END $$`);
    await query(`
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
      FOR EACH STATEMENT EXECUTE FUNCTION keep_ledger()`);
  },
};
