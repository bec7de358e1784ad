import { CONTEXTS } from './placements';

/** Timers by which a context goes on with something at once, or tries it again, or a parcel moves on; others are clocks. */
const WORK = [
  'payments.provider-due.v1',
  'notifications.delivery-due.v1',
  'orders.completion-due.v1',
  'shipping.dispatch-due.v1',
  'shipping.delivery-due.v1',
]
  .map((type) => `'${type}'`)
  .join(', ');

/** Messages that wait in tables, as rows of `place` and `messages`. */
export const WAITING = CONTEXTS.flatMap((context) =>
  ['outbox', 'outbox_owed', 'inbox', `timers WHERE type IN (${WORK})`].map(
    (table) =>
      `SELECT '${context}.${table.split(' ')[0]}' AS place, count(*)::int AS messages FROM "${context}".${table} HAVING count(*) > 0`,
  ),
).join(' UNION ALL ');

/** By the log of each context, against what each subscriber has seen: rows of `id`, `type` and `subscription`. */
export const PUBLISHED_BUT_NOT_RECEIVED = CONTEXTS.flatMap((subscriber) =>
  CONTEXTS.map(
    (publisher) => `
      SELECT e.id, e.type, s.identity AS subscription FROM "${publisher}".event_log e JOIN "${subscriber}".subscriptions s ON s.type = e.type
       WHERE NOT EXISTS (SELECT 1 FROM "${subscriber}".inbox_seen seen
                          WHERE seen.id = e.id AND seen.subscription = s.identity)`,
  ),
).join(' UNION ALL ');
