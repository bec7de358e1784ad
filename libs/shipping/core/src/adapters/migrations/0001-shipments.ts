import type { Migration } from '@banyan/persistence';

export const shipments: Migration = {
  name: '0001-shipments',
  async up(query) {
    await query(`
      CREATE TABLE shipments (
        order_id uuid PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        status text NOT NULL CHECK (
          status IN ('none', 'called-off', 'preparing', 'dispatched', 'delivered', 'lost', 'cancelled')),
        customer_id uuid,
        lines json,
        address json,
        carrier text,
        tracking_number text,
        missed integer NOT NULL DEFAULT 0,
        tracking json NOT NULL DEFAULT '[]'
      ) WITH (fillfactor = 70)`);
    await query('CREATE INDEX shipments_by_customer ON shipments (customer_id, id DESC)');
  },
};
