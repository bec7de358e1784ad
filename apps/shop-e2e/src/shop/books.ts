import type { Shop } from './start-shop';

/**
 * What must hold of a shop once no message is under way, as rows that break it: stock adds up, orders and reservations
 * agree, nothing is dead or stuck.
 */
export async function brokenRules(shop: Shop): Promise<Record<string, unknown[]>> {
  const found = await Promise.all(
    Object.entries(RULES).map(async ([rule, query]) => [rule, await shop.sql(query)] as const),
  );
  return Object.fromEntries(found.filter(([, rows]) => rows.length > 0));
}

const reservedLines = `
  SELECT line->>'sku' AS sku, sum((line->>'quantity')::int) AS pieces
    FROM inventory.reservations, json_array_elements(lines) AS line WHERE status = 'reserved' GROUP BY 1`;

const RULES: Readonly<Record<string, string>> = {
  'received = on hand + reserved + shipped, never negative': `
    SELECT * FROM inventory.stock
     WHERE received <> on_hand + reserved + shipped OR least(received, on_hand, reserved, shipped) < 0`,
  'what was received is the sum of the receipts': `
    SELECT sku, received FROM inventory.stock s
     WHERE received <> (SELECT coalesce(sum(quantity), 0) FROM inventory.receipts r WHERE r.sku = s.sku)`,
  'what is reserved is the sum of the reservations': `
    SELECT s.sku, s.reserved, r.pieces FROM inventory.stock s LEFT JOIN (${reservedLines}) r USING (sku)
     WHERE s.reserved <> coalesce(r.pieces, 0)`,
  'every order has come to an end': `SELECT id, status FROM orders.orders WHERE status NOT IN ('confirmed', 'cancelled')`,
  'a confirmed order has its stock, a cancelled one has none': `
    SELECT o.id, o.status, o.cancellation_reason, r.status AS reservation
      FROM orders.orders o LEFT JOIN inventory.reservations r ON r.order_id = o.id
     WHERE (o.status = 'confirmed') <> (coalesce(r.status, 'none') = 'reserved')`,
  'a reservation is of an order, and of all its lines': `
    SELECT r.* FROM inventory.reservations r LEFT JOIN orders.orders o ON o.id = r.order_id
     WHERE o.id IS NULL OR (r.status = 'reserved'
       AND (SELECT sum((line->>'quantity')::int) FROM json_array_elements(r.lines) line)
        <> (SELECT sum((line->>'quantity')::int) FROM json_array_elements(o.lines) line))`,
  'no clock runs for an order that has ended': `SELECT * FROM orders.timers`,
  ...Object.fromEntries(
    ['catalog', 'inventory', 'orders'].flatMap((context) =>
      ['outbox_dead', 'inbox_dead', 'inbox_unreadable'].map((table) => [
        `nothing lies in ${context}.${table}`,
        `SELECT * FROM ${context}.${table}`,
      ]),
    ),
  ),
};
