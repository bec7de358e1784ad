import type { Migration } from '@banyan/persistence';

/**
 * The message tables of every context. Shapes and indexes were measured: the live inbox has no index but its key, rows are
 * deleted when done instead of marked, and deduplication is a narrow table of its own. See docs/adr/0004-message-tables.md.
 */
export const messageTables: Migration = {
  name: 'banyan-0001-message-tables',
  up: (query) =>
    query(`
      CREATE TABLE outbox (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL, type text NOT NULL, key text NOT NULL, attributes text NOT NULL, data text NOT NULL,
        refusals int NOT NULL DEFAULT 0);
      CREATE TABLE outbox_dead (
        seq bigint PRIMARY KEY,
        id uuid NOT NULL, type text NOT NULL, key text NOT NULL, attributes text NOT NULL, data text NOT NULL,
        reason text NOT NULL, dead_at timestamptz NOT NULL DEFAULT now());
      -- position is the order of sending, which per key is the order of commits; seq is not.
      CREATE TABLE event_log (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL, type text NOT NULL, key text NOT NULL, attributes text NOT NULL, data text NOT NULL,
        published_at timestamptz NOT NULL DEFAULT now());
      -- What a subscriber that was away is still owed, in the order of sending.
      CREATE TABLE outbox_owed (subscriber text, position bigint, PRIMARY KEY (subscriber, position));

      CREATE TABLE subscriptions (
        identity text, type text, grp text NOT NULL, group_hash bigint NOT NULL, name text NOT NULL,
        known_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (identity, type));
      CREATE TABLE inbox_seen (
        id uuid, subscription text, chain bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, subscription));
      CREATE TABLE inbox (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL, subscription text NOT NULL, grp text NOT NULL, publisher text NOT NULL,
        type text NOT NULL, key text NOT NULL, chain bigint NOT NULL, lane smallint NOT NULL,
        attributes text NOT NULL, data text NOT NULL,
        attempts int NOT NULL DEFAULT 0, starts int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz, last_error text, received_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE inbox_dead (
        id uuid, subscription text, grp text NOT NULL, publisher text NOT NULL,
        type text NOT NULL, key text NOT NULL, chain bigint NOT NULL, lane smallint NOT NULL,
        attributes text NOT NULL, data text NOT NULL,
        attempts int NOT NULL, starts int NOT NULL, error text NOT NULL, stack text,
        received_at timestamptz NOT NULL, dead_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, subscription));
      -- Messages that could not even be read.
      CREATE TABLE inbox_unreadable (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reason text NOT NULL, properties text NOT NULL, body bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT now());
      -- Processes that work on this inbox, what each has in hand, and what it knows how to handle.
      CREATE TABLE inbox_instances (
        number int PRIMARY KEY, known text[] NOT NULL, in_hand bigint[] NOT NULL DEFAULT '{}', seen_at timestamptz NOT NULL DEFAULT now());

      CREATE TABLE timers (
        type text, key text, id uuid NOT NULL, due timestamptz NOT NULL, attributes text NOT NULL, data text NOT NULL,
        PRIMARY KEY (type, key));
      CREATE INDEX timers_due ON timers (due);

      -- One row: the highest topology revision that hosted this context, and the transport last used.
      CREATE TABLE context_state (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        revision int NOT NULL, deployable text NOT NULL, transport text NOT NULL, at timestamptz NOT NULL DEFAULT now());

      ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
      ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, fillfactor = 90);
      ALTER TABLE inbox_instances SET (fillfactor = 50);`),
};

/** Which context a message waits for while that one is away, so that this can be told from failing. */
export const awaitedContexts: Migration = {
  name: 'banyan-0002-awaited-contexts',
  up: (query) => query('ALTER TABLE inbox ADD COLUMN waits_for text'),
};
