import { CONTEXTS } from './placements';
import type { Shop } from './start-shop';

const TABLES = [
  'users.accounts',
  'users.addresses',
  'users.failed_sign_ins',
  'users.refresh_families',
  'users.refresh_tokens',
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
  'payments.discrepancies',
  'shipping.shipments',
  'notifications.notifications',
  'notifications.recipients',
  ...CONTEXTS.flatMap((context) =>
    ['event_log', 'outbox', 'inbox', 'inbox_seen', 'idempotency_keys'].map((table) => `${context}.${table}`),
  ),
];

const notOfTheClock = "subscription NOT LIKE '%reconcile'";

/** Books are compared with the provider's by the clock, whoever asks for what. */
const BUT_BY_THE_CLOCK: Readonly<Record<string, string>> = {
  'payments.invoices': "(SELECT to_jsonb(invoice) - 'agreed' FROM payments.invoices invoice)",
  'payments.inbox': `(SELECT * FROM payments.inbox WHERE ${notOfTheClock})`,
  'payments.inbox_seen': `(SELECT * FROM payments.inbox_seen WHERE ${notOfTheClock})`,
};

/** The name of a context, and thus of its schema, may hold a hyphen. */
const quoted = (table: string): string => table.replace(/^(.+)\./, '"$1".');

/** All that the shop has stored, and said, as a fingerprint of each table: to see that a refusal leaves no trace. */
export async function stored(shop: Shop): Promise<Record<string, string>> {
  const query = TABLES.map(
    (table) =>
      `(SELECT count(*) || ' rows ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ${BUT_BY_THE_CLOCK[table] ?? quoted(table)} t) AS "${table}"`,
  );
  const [row] = await shop.sql<Record<string, string>>(`SELECT ${query.join(', ')}`);
  return row!;
}
