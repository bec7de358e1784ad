import type { ReadModel } from '@banyan/hosting';
import { Database } from '@banyan/persistence';
import { isDeepStrictEqual } from 'node:util';
import type { StoredEvent } from '../domain/payment-events';
import {
  PAYMENT_ROW,
  paymentOf,
  type PaymentRow,
  paymentStateOf,
  paymentValues,
  SAVE_PAYMENT,
} from './payment-rows';

const BATCH = 200;

const NEXT = `
  SELECT payment_id AS id FROM payment_events
   WHERE sequence = 1 AND ($1::uuid IS NULL OR payment_id > $1) ORDER BY payment_id LIMIT ${BATCH}`;

/** As whoever changes one of them does, so that nobody does meanwhile. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('payment ' || id, 0)) FROM unnest($1::text[]) AS id`;

const EVENTS = `
  SELECT payment_id AS id, type, version, data, at FROM payment_events
   WHERE payment_id = ANY($1) ORDER BY payment_id, sequence`;

const ORPHANS = `
  SELECT id FROM payments
   WHERE NOT EXISTS (SELECT FROM payment_events WHERE payment_id = payments.id AND type = 'payment-requested')`;

/** Makes the rows of `payments` anew from what happened. */
export class PaymentListRebuild implements ReadModel {
  readonly name = 'payments/payments';

  constructor(private readonly database: Database) {}

  async rebuild({ check = false, onProgress }: Parameters<ReadModel['rebuild']>[0] = {}) {
    const [count] = await this.database.query<{ of: number }>(
      'SELECT count(*)::int AS of FROM payment_events WHERE sequence = 1',
    );
    let [rows, differing] = [0, await this.removeOrphans(check)];
    for (let after: string | null = null; ;) {
      const batch: { last: string | null; rows: number; differing: number } = await this.database.run(() =>
        this.mendAfter(after, check),
      );
      rows += batch.rows;
      differing += batch.differing;
      onProgress?.(rows, Math.max(count!.of, rows));
      if (batch.rows < BATCH) return { rows, differing };
      after = batch.last;
    }
  }

  private async mendAfter(after: string | null, check: boolean) {
    const ids = (await this.database.query<{ id: string }>(NEXT, [after])).map(({ id }) => id);
    await this.database.query(LOCK, [ids]);
    const events = await this.database.query<StoredEvent & { id: string }>(EVENTS, [ids]);
    const kept = await this.database.query<PaymentRow>(
      `SELECT ${PAYMENT_ROW} FROM payments WHERE id = ANY($1)`,
      [ids],
    );
    const keptOf = new Map(kept.map((row) => [row.id, paymentStateOf(row)]));
    let differing = 0;
    for (const id of ids) {
      const { state } = paymentOf(
        id,
        events.filter((event) => event.id === id),
      );
      if (isDeepStrictEqual(state, keptOf.get(id))) continue;
      differing += 1;
      if (state && !check) await this.database.query(SAVE_PAYMENT, paymentValues(state));
    }
    return { last: ids.at(-1) ?? null, rows: ids.length, differing };
  }

  private async removeOrphans(check: boolean): Promise<number> {
    const orphans = await this.database.query<{ id: string }>(ORPHANS);
    if (orphans.length > 0 && !check)
      await this.database.query('DELETE FROM payments WHERE id = ANY($1)', [orphans.map(({ id }) => id)]);
    return orphans.length;
  }
}
