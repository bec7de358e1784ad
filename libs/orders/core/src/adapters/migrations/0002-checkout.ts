import type { Migration } from '@banyan/persistence';

/** Orders remember where they go, and their history becomes a table of its own, filled with what there is. */
export const checkout: Migration = {
  name: '0002-checkout',
  async up(query) {
    await query(`
      ALTER TABLE orders ADD COLUMN address json NOT NULL
        DEFAULT '{"name":"","line1":"","city":"","postalCode":"","country":""}'`);
    await query('ALTER TABLE orders ALTER COLUMN address DROP DEFAULT');
    await query(`
      CREATE TABLE order_history (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        status text NOT NULL,
        cancellation_reason text,
        lines json NOT NULL,
        total_amount bigint NOT NULL,
        total_currency text NOT NULL,
        placed_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL
      ) WITH (fillfactor = 70)`);
    await query('CREATE INDEX order_history_by_customer ON order_history (customer_id, id DESC)');
    await query(`
      INSERT INTO order_history
      SELECT id, customer_id, status, cancellation_reason, lines, total_amount, total_currency,
             (timeline->0->>'at')::timestamptz, (timeline->-1->>'at')::timestamptz
        FROM orders`);
    await query('DROP INDEX orders_by_customer');
  },
};
