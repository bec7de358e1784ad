import { CONTEXTS } from './placements';
import type { Shop } from './start-shop';

const TABLES = [
  'users.accounts',
  'users.addresses',
  'users.refresh_families',
  'catalog.products',
  'inventory.stock',
  'inventory.receipts',
  'inventory.reservations',
  'orders.carts',
  'orders.orders',
  'orders.order_history',
  'orders.timers',
  'payments.payment_events',
  'payments.payments',
  'payments.invoices',
  'shipping.shipments',
  'notifications.notifications',
  'notifications.recipients',
  ...CONTEXTS.flatMap((context) =>
    ['event_log', 'outbox', 'inbox', 'inbox_seen', 'idempotency_keys'].map((table) => `${context}.${table}`),
  ),
];

/** All that the shop has stored, and said, as a fingerprint of each table: to see that a refusal leaves no trace. */
export async function stored(shop: Shop): Promise<Record<string, string>> {
  const query = TABLES.map(
    (table) =>
      `(SELECT count(*) || ' rows ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ${table} t) AS "${table}"`,
  );
  const [row] = await shop.sql<Record<string, string>>(`SELECT ${query.join(', ')}`);
  return row!;
}
