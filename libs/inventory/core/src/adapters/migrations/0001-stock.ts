import type { Migration } from '@banyan/persistence';

export const stock: Migration = {
  name: '0001-stock',
  async up(query) {
    await query(`
      CREATE TABLE stock (
        sku text PRIMARY KEY,
        received integer NOT NULL CHECK (received >= 0),
        on_hand integer NOT NULL CHECK (on_hand >= 0),
        reserved integer NOT NULL CHECK (reserved >= 0),
        shipped integer NOT NULL CHECK (shipped >= 0),
        CONSTRAINT nothing_appears_or_vanishes CHECK (received = on_hand + reserved + shipped)
      ) WITH (fillfactor = 70)`);
    await query(`
      CREATE TABLE receipts (
        id uuid PRIMARY KEY,
        sku text NOT NULL REFERENCES stock,
        quantity integer NOT NULL CHECK (quantity > 0),
        received_at timestamptz NOT NULL
      )`);
    await query('CREATE INDEX receipts_by_sku ON receipts (sku, id)');
    await query(`
      CREATE TABLE reservations (
        order_id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('none', 'reserved', 'refused', 'released')),
        lines json NOT NULL
      )`);
  },
};
