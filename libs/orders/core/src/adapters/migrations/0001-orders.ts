import type { Migration } from '@banyan/persistence';

export const orders: Migration = {
  name: '0001-orders',
  async up(query) {
    await query(`
      CREATE TABLE carts (
        customer_id uuid PRIMARY KEY,
        items jsonb NOT NULL
      ) WITH (fillfactor = 70)`);
    await query(`
      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        status text NOT NULL,
        cancellation_reason text,
        lines jsonb NOT NULL,
        total_amount bigint NOT NULL CHECK (total_amount >= 0),
        total_currency text NOT NULL,
        address_id uuid NOT NULL,
        payment_token text NOT NULL
      ) WITH (fillfactor = 85)`);
    await query('CREATE INDEX orders_by_customer ON orders (customer_id, id DESC)');
    await query(`
      CREATE TABLE order_timeline (
        order_id uuid NOT NULL REFERENCES orders,
        position smallint NOT NULL,
        at timestamptz NOT NULL,
        what text NOT NULL,
        note text,
        PRIMARY KEY (order_id, position)
      )`);
  },
};
