import type { ReadModel } from '@banyan/hosting';
import { Database } from '@banyan/persistence';
import { HISTORY_COLUMNS, historyValues } from './history-rows';
import { orderOf, type OrderRow } from './order-table';

const BATCH = 500;

/** Locked, so that nobody changes an order between its reading and the mending of its row. */
const NEXT = `
  SELECT id, customer_id AS "customerId", status, cancellation_reason AS "cancellationReason", lines,
         total_amount AS "totalAmount", total_currency AS "totalCurrency", address, address_id AS "addressId",
         payment_token AS "paymentToken", timeline
    FROM orders WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE`;

const FRESH = `
  SELECT (value->>0)::uuid AS id, (value->>1)::uuid AS customer_id, value->>2 AS status,
         value->>3 AS cancellation_reason, (value->>4)::json AS lines, (value->>5)::bigint AS total_amount,
         value->>6 AS total_currency, (value->>7)::timestamptz AS placed_at, (value->>8)::timestamptz AS changed_at
    FROM json_array_elements($1::json)`;

const comparable = (row: string): string =>
  `(${HISTORY_COLUMNS.split(', ')
    .map((column) => (column === 'lines' ? `${row}.lines::jsonb` : `${row}.${column}`))
    .join(', ')})`;

const DIFFERING = `
  WITH fresh AS (${FRESH})
  SELECT fresh.id FROM fresh LEFT JOIN order_history AS kept USING (id)
   WHERE ${comparable('fresh')} IS DISTINCT FROM ${comparable('kept')}`;

const MEND = `
  WITH fresh AS (${FRESH})
  INSERT INTO order_history AS kept (${HISTORY_COLUMNS}) SELECT ${HISTORY_COLUMNS} FROM fresh WHERE id = ANY($2)
      ON CONFLICT (id) DO UPDATE SET ${HISTORY_COLUMNS.split(', ')
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}`;

const ORPHANS =
  'SELECT id FROM order_history WHERE NOT EXISTS (SELECT FROM orders WHERE orders.id = order_history.id)';

/** Makes the history anew from the orders and their timelines. */
export class OrderHistoryRebuild implements ReadModel {
  readonly name = 'orders/history';

  constructor(private readonly database: Database) {}

  async rebuild({ check = false, onProgress }: Parameters<ReadModel['rebuild']>[0] = {}) {
    const [count] = await this.database.query<{ n: number }>('SELECT count(*)::int AS n FROM orders');
    const of = count!.n;
    let [rows, differing] = [0, await this.removeOrphans(check)];
    for (let after: string | null = null; ;) {
      const batch: { last: string | null; rows: number; differing: number } = await this.database.run(() =>
        this.mendAfter(after, check),
      );
      rows += batch.rows;
      differing += batch.differing;
      onProgress?.(rows, Math.max(of, rows));
      if (batch.rows < BATCH) return { rows, differing };
      after = batch.last;
    }
  }

  private async mendAfter(after: string | null, check: boolean) {
    const orders = await this.database.query<OrderRow>(NEXT, [after]);
    const fresh = JSON.stringify(orders.map((row) => historyValues(orderOf(row).snapshot())));
    const differing = await this.database.query<{ id: string }>(DIFFERING, [fresh]);
    if (differing.length > 0 && !check)
      await this.database.query(MEND, [fresh, differing.map(({ id }) => id)]);
    return { last: orders.at(-1)?.id ?? null, rows: orders.length, differing: differing.length };
  }

  private async removeOrphans(check: boolean): Promise<number> {
    const orphans = await this.database.query<{ id: string }>(ORPHANS);
    if (orphans.length > 0 && !check)
      await this.database.query('DELETE FROM order_history WHERE id = ANY($1)', [
        orphans.map(({ id }) => id),
      ]);
    return orphans.length;
  }
}
