import type { Migration } from '@banyan/persistence';

export const payments: Migration = {
  name: '0001-payments',
  async up(query) {
    await query(`
      CREATE TABLE payment_events (
        payment_id uuid NOT NULL,
        sequence integer NOT NULL CHECK (sequence > 0),
        type text NOT NULL,
        version integer NOT NULL,
        data json NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (payment_id, sequence)
      )`);
    await query('CREATE INDEX payment_events_first ON payment_events (payment_id) WHERE sequence = 1');
    await query(`
      CREATE TABLE payments (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL UNIQUE,
        customer_id uuid NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'captured', 'declined', 'refunded')),
        reason text,
        currency text NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        refunded bigint NOT NULL,
        requested_at timestamptz NOT NULL,
        CONSTRAINT never_more_than_captured CHECK (refunded BETWEEN 0 AND amount)
      ) WITH (fillfactor = 70)`);
    await query('CREATE INDEX payments_by_customer ON payments (customer_id, id DESC)');
    await query(`
      CREATE TABLE invoices (
        number bigint PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
        payment_id uuid NOT NULL,
        order_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        currency text NOT NULL,
        amount bigint NOT NULL,
        reason text,
        provider_key text NOT NULL UNIQUE,
        issued_at timestamptz NOT NULL,
        agreed boolean NOT NULL DEFAULT false
      ) WITH (fillfactor = 90)`);
    await query('CREATE INDEX invoices_by_order ON invoices (order_id, number)');
    await query('CREATE INDEX invoices_to_compare ON invoices (provider_key) WHERE NOT agreed');
    // A row rather than a sequence, whose numbers a rollback would lose.
    await query('CREATE TABLE invoice_numbers (last bigint NOT NULL)');
    await query('INSERT INTO invoice_numbers VALUES (0)');
    await query(`
      CREATE TABLE provider_ledger (
        position bigint PRIMARY KEY,
        kind text NOT NULL,
        key text NOT NULL,
        capture_key text NOT NULL,
        currency text NOT NULL,
        amount bigint NOT NULL,
        at timestamptz NOT NULL,
        agreed boolean NOT NULL DEFAULT false
      ) WITH (fillfactor = 90)`);
    await query('CREATE INDEX provider_ledger_by_key ON provider_ledger (key, position)');
    await query('CREATE INDEX provider_ledger_to_compare ON provider_ledger (key) WHERE NOT agreed');
    await query(`
      CREATE TABLE discrepancies (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        key text NOT NULL,
        capture_key text NOT NULL,
        ours json,
        theirs json,
        found_at timestamptz NOT NULL,
        settled_at timestamptz,
        UNIQUE (kind, key)
      )`);
  },
};
