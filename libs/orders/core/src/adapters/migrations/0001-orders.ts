import type { Migration } from '@banyan/persistence';

export const orders: Migration = {
  name: '0001-orders',
  async up(query) {
    await query(`
      CREATE TABLE carts (
        customer_id uuid PRIMARY KEY,
        items json NOT NULL
      ) WITH (fillfactor = 70)`);
    await query(`
      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        status text NOT NULL,
        cancellation_reason text,
        lines json NOT NULL,
        total_amount bigint NOT NULL CHECK (total_amount >= 0),
        total_currency text NOT NULL,
        address_id uuid NOT NULL,
        payment_token text NOT NULL,
        timeline json NOT NULL
      ) WITH (fillfactor = 85)`);
    await query('CREATE INDEX orders_by_customer ON orders (customer_id, id DESC)');
  },
};
