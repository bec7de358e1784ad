import { eventually } from '@banyan/testing';
import { brokenRules } from '../shop/books';
import { CONTEXTS } from '../shop/placements';
import type { Shop } from '../shop/start-shop';
import type { History } from './load/history';

/** How long a shop may take to become quiet once nothing goes wrong any more. */
const QUIET_WITHIN_MS = 120_000;

export interface Verdict {
  /** One line each. */
  readonly violations: readonly string[];
  /** When the last message was done, as of `performance.now()`. */
  readonly quietAt: number;
}

/** Waits until the shop is quiet and holds what it has become against what must always hold, and what clients were told. */
export async function judge(shop: Shop, told: History, quietWithinMs = QUIET_WITHIN_MS): Promise<Verdict> {
  const restless = await shop.quiet(quietWithinMs).then(
    () => [],
    (error: Error) => [`it does not come to rest: ${error.message}`],
  );
  const quietAt = performance.now();
  const found = await Promise.all([
    rules(shop),
    promises(shop, told),
    effects(shop),
    ...['orders', 'payments'].map((context) => readModels(shop, context)),
  ]);
  const fallen = [...shop.running.values()].filter(({ alive }) => !alive);
  return {
    violations: [
      ...restless,
      ...told.oddities,
      ...found.flat(),
      ...fallen.map(({ name, state, output }) => `${name} ${state} by itself: ${output.slice(-500)}`),
    ],
    quietAt,
  };
}

async function rules(shop: Shop): Promise<string[]> {
  return Object.entries(await brokenRules(shop)).map(([rule, rows]) => broken(rule, rows));
}

interface KeptOrder {
  readonly id: string;
  readonly status: string;
  readonly cancellation_reason: string | null;
  readonly timeline: readonly { readonly what: string }[];
}

/** Each answer that a client was given, against what became of it. */
async function promises(shop: Shop, told: History): Promise<string[]> {
  const kept = await shop.sql<KeptOrder>(
    'SELECT id, status, cancellation_reason, timeline FROM orders.orders',
  );
  const orders = new Map(kept.map((order) => [order.id, order]));
  const ids = [...told.orders.values()];
  const accepted = new Set(ids);
  const happened = (orderId: string, what: string): boolean =>
    orders.get(orderId)?.timeline.some((milestone) => milestone.what === what) ?? false;
  const wasKept = ({ orderId, accepted: yes }: History['cancellations'][number]): boolean => {
    const order = orders.get(orderId);
    if (yes)
      return order?.cancellation_reason === 'customer-request' || happened(orderId, 'cancellation-refused');
    return order?.status === 'cancelled' || happened(orderId, 'dispatched');
  };
  const refunds = await shop.sql<{ key: string; amount: string }>(
    `SELECT key, amount FROM payment_provider.ledger WHERE kind = 'refunded'`,
  );
  const asked = await shop.sql<{ id: string }>(
    `SELECT data->>'refundId' AS id FROM payments.payment_events WHERE type = 'refund-requested' AND data->>'reason' = 'goodwill'`,
  );
  const receipts = await shop.sql<{ id: string; sku: string; quantity: number }>(
    `SELECT id, sku, quantity FROM inventory.receipts`,
  );
  const lost = await shop.sql<{ orderId: string }>(
    `SELECT order_id AS "orderId" FROM shipping.shipments WHERE status = 'lost'`,
  );
  return nonEmpty({
    'an order that was accepted exists': ids.filter((id) => !orders.has(id)),
    'an order that exists was accepted': kept.filter(({ id }) => !accepted.has(id)),
    'one key makes one order': ids.filter((id, index) => ids.indexOf(id) !== index),
    'a cancellation ends as its customer was told': told.cancellations
      .filter((cancellation) => !wasKept(cancellation))
      .map((cancellation) => ({ ...cancellation, order: orders.get(cancellation.orderId) })),
    'a refund that was accepted is in the ledger, once': told.refunds.filter(({ id, paymentId, amount }) => {
      const entries = refunds.filter(({ key }) => key === `refund:${paymentId}:${id}`);
      return entries.length !== 1 || Number(entries[0]!.amount) !== amount;
    }),
    'goodwill is what staff gave': asked.filter(({ id }) => !told.refunds.some((refund) => refund.id === id)),
    'a receipt that was accepted is kept': told.receipts.filter(
      ({ id, sku, quantity }) =>
        !receipts.some((each) => each.id === id && each.sku === sku && each.quantity === quantity),
    ),
    'a parcel that was given up is lost': told.losses.filter(
      (orderId) => !lost.some((shipment) => shipment.orderId === orderId),
    ),
  });
}

const everywhere = (table: string): string =>
  CONTEXTS.map((context) => `SELECT '${context}' AS context, * FROM "${context}".${table}`).join(
    ' UNION ALL ',
  );

/** Events of which there is one per order at most. */
const ONCE = `(type LIKE 'orders.%' OR type LIKE 'shipping.%' OR type LIKE 'payments.payment-captured.%'
  OR type LIKE 'payments.payment-declined.%' OR type ~ '^inventory.stock-(reserved|refused|released)')`;

const EFFECTS: Readonly<Record<string, string>> = {
  'a fact of an order happens once': `
    SELECT type, key, count(*)::int FROM (${everywhere('event_log')}) told WHERE ${ONCE}
     GROUP BY type, key HAVING count(*) > 1`,
  'one message moves the same thing once': `
    SELECT attributes::json->>'causationid' AS cause, type, key, count(*)::int FROM (${everywhere('event_log')}) told
     WHERE attributes::json->>'causationid' IS NOT NULL GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  'a refund is told once': `
    SELECT data::json->>'refundId' AS refund, count(*)::int FROM payments.event_log
     WHERE type = 'payments.payment-refunded.v1' GROUP BY 1 HAVING count(*) > 1`,
  'a refund is noted once in the timeline of its order': `
    SELECT o.id, noted.n AS noted, coalesce(told.n, 0) AS told
      FROM orders.orders o
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM json_array_elements(o.timeline) m WHERE m->>'what' = 'refunded') noted
      LEFT JOIN (SELECT key, count(*) AS n FROM payments.event_log
                  WHERE type = 'payments.payment-refunded.v1' GROUP BY 1) told ON told.key = o.id::text
     WHERE noted.n <> coalesce(told.n, 0)`,
  'a milestone is passed once': `
    SELECT o.id, m->>'what' AS what, count(*)::int FROM orders.orders o CROSS JOIN json_array_elements(o.timeline) m
     WHERE m->>'what' <> 'refunded' GROUP BY 1, 2 HAVING count(*) > 1
    UNION ALL
    SELECT s.order_id, m->>'what', count(*)::int FROM shipping.shipments s CROSS JOIN json_array_elements(s.tracking) m
     WHERE m->>'what' <> 'nobody-at-home' GROUP BY 1, 2 HAVING count(*) > 1`,
  'what was handled had been told': `
    SELECT seen.context, seen.subscription, seen.id
      FROM (${everywhere('inbox_seen')}) seen
      JOIN (${everywhere('subscriptions')}) s ON s.context = seen.context AND s.identity = seen.subscription
     WHERE s.type NOT LIKE s.context || '.%' AND NOT EXISTS (
       SELECT 1 FROM (${everywhere('event_log')}) told WHERE told.id = seen.id)`,
};

/** Every event has one effect per subscription: what breaks that, one line each. */
export async function effects(shop: Shop): Promise<string[]> {
  const found: Record<string, unknown[]> = { 'every subscription has heard': await shop.unheard() };
  for (const [rule, query] of Object.entries(EFFECTS)) found[rule] = await shop.sql(query);
  return nonEmpty(found);
}

/** What the operator's tool says of the read models of a context. */
async function readModels(shop: Shop, context: string): Promise<string[]> {
  try {
    // A server full of other tests' sessions has no room for a moment.
    await eventually(() => shop.tool('tools/rebuild.ts', context, '--check'), { timeoutMs: 5_000 });
    return [];
  } catch (error) {
    return [`the read models of ${context} are those that its past makes: ${(error as Error).message}`];
  }
}

const nonEmpty = (found: Readonly<Record<string, readonly unknown[]>>): string[] =>
  Object.entries(found).flatMap(([rule, rows]) => (rows.length > 0 ? [broken(rule, rows)] : []));

const broken = (rule: string, rows: readonly unknown[]): string =>
  `${rule}; ${rows.length} do not: ${JSON.stringify(rows.slice(0, 3))}`;
