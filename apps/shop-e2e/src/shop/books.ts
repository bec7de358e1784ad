import { CONTEXTS } from './placements';
import type { Shop } from './start-shop';

/**
 * What must hold of a shop once no message is under way, as rows that break it: stock and money add up, orders, stock,
 * payments and shipments agree pairwise, and with the provider's own ledger; nothing is dead or stuck.
 */
export async function brokenRules(shop: Shop): Promise<Record<string, unknown[]>> {
  const found = await Promise.all(
    Object.entries(RULES).map(async ([rule, query]) => [rule, await shop.sql(query)] as const),
  );
  return Object.fromEntries(found.filter(([, rows]) => rows.length > 0));
}

const linesThatAre = (status: string) => `
  SELECT line->>'sku' AS sku, sum((line->>'quantity')::int) AS pieces
    FROM inventory.reservations, json_array_elements(lines) AS line WHERE status = '${status}' GROUP BY 1`;

const RULES: Readonly<Record<string, string>> = {
  'received = on hand + reserved + shipped, never negative': `
    SELECT * FROM inventory.stock
     WHERE received <> on_hand + reserved + shipped OR least(received, on_hand, reserved, shipped) < 0`,
  'what was received is the sum of the receipts': `
    SELECT sku, received FROM inventory.stock s
     WHERE received <> (SELECT coalesce(sum(quantity), 0) FROM inventory.receipts r WHERE r.sku = s.sku)`,
  'what is reserved is the sum of the reservations': `
    SELECT s.sku, s.reserved, r.pieces FROM inventory.stock s LEFT JOIN (${linesThatAre('reserved')}) r USING (sku)
     WHERE s.reserved <> coalesce(r.pieces, 0)`,
  'what is shipped is the sum of the reservations that were': `
    SELECT s.sku, s.shipped, r.pieces FROM inventory.stock s LEFT JOIN (${linesThatAre('shipped')}) r USING (sku)
     WHERE s.shipped <> coalesce(r.pieces, 0)`,
  'every order has come to rest': `
    SELECT id, status FROM orders.orders WHERE status IN ('placed', 'awaiting-payment', 'cancelling')`,
  'orders and their stock agree': `
    SELECT o.id, o.status, o.cancellation_reason, r.status AS reservation
      FROM orders.orders o LEFT JOIN inventory.reservations r ON r.order_id = o.id
     WHERE CASE WHEN o.status = 'confirmed' THEN r.status IS DISTINCT FROM 'reserved'
                WHEN o.status <> 'cancelled' OR o.cancellation_reason = 'parcel-lost' THEN r.status IS DISTINCT FROM 'shipped'
                ELSE coalesce(r.status, 'none') IN ('reserved', 'shipped') END`,
  'orders and their payments agree': `
    SELECT o.id, o.status, o.cancellation_reason, o.total_amount, p.status AS payment, p.amount, p.refunded
      FROM orders.orders o LEFT JOIN payments.payments p ON p.order_id = o.id
     WHERE CASE WHEN o.status = 'cancelled' THEN p.status NOT IN ('declined', 'refunded')
                WHEN p.status IN ('captured', 'refunded') THEN p.amount <> o.total_amount
                ELSE true END`,
  'orders and their shipments agree': `
    SELECT o.id, o.status, o.cancellation_reason, s.status AS shipment
      FROM orders.orders o LEFT JOIN shipping.shipments s ON s.order_id = o.id
     WHERE coalesce(s.status, 'none') <> ALL (CASE
       WHEN o.status = 'confirmed' THEN '{preparing}'
       WHEN o.status = 'dispatched' THEN '{dispatched}'
       WHEN o.status IN ('delivered', 'completed') THEN '{delivered}'
       WHEN o.cancellation_reason = 'parcel-lost' THEN '{lost}'
       ELSE '{none,called-off,cancelled}' END::text[])`,
  'the money that is ours is that of orders which stand, less what was given back of it': `
    SELECT * FROM (
      SELECT (SELECT coalesce(sum(amount - refunded), 0) FROM payments.payments WHERE status IN ('captured', 'refunded')) AS ours,
             (SELECT coalesce(sum(o.total_amount - p.refunded), 0) FROM orders.orders o
                JOIN payments.payments p ON p.order_id = o.id WHERE o.status <> 'cancelled') AS due) sums
     WHERE ours <> due`,
  'the provider took the money for an order once, and has the same books': `
    SELECT p.order_id, p.status, p.amount, p.refunded, l.captures, l.captured, l.given_back
      FROM payments.payments p FULL JOIN (
        SELECT replace(capture_key, 'capture:', '')::uuid AS order_id,
               count(*) FILTER (WHERE kind = 'captured') AS captures,
               coalesce(sum(amount) FILTER (WHERE kind = 'captured'), 0) AS captured,
               coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0) AS given_back
          FROM payment_provider.ledger GROUP BY 1) l USING (order_id)
     WHERE CASE WHEN p.status IN ('captured', 'refunded')
                THEN l.captures IS DISTINCT FROM 1 OR l.captured <> p.amount OR l.given_back <> p.refunded
                ELSE coalesce(l.captured, 0) <> coalesce(l.given_back, 0) OR l.captures > 1 END`,
  'the history reads as the orders do': `
    SELECT o.id, o.status, h.status AS history FROM orders.orders o FULL JOIN orders.order_history h USING (id)
     WHERE (o.status, o.cancellation_reason, o.total_amount) IS DISTINCT FROM (h.status, h.cancellation_reason, h.total_amount)`,
  'a reservation is of an order, and of all its lines': `
    SELECT r.* FROM inventory.reservations r LEFT JOIN orders.orders o ON o.id = r.order_id
     WHERE o.id IS NULL OR (r.status IN ('reserved', 'shipped')
       AND (SELECT sum((line->>'quantity')::int) FROM json_array_elements(r.lines) line)
        <> (SELECT sum((line->>'quantity')::int) FROM json_array_elements(o.lines) line))`,
  'no clock runs for an order that has come to rest': `SELECT * FROM orders.timers`,
  ...Object.fromEntries(
    CONTEXTS.flatMap((context) =>
      ['outbox_dead', 'inbox_dead', 'inbox_unreadable'].map((table) => [
        `nothing lies in ${context}.${table}`,
        `SELECT * FROM "${context}".${table}`,
      ]),
    ),
  ),
};
