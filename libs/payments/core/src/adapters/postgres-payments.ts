import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import type { Payment } from '../domain/payment';
import { PaymentChangedMeanwhile } from '../domain/payment-errors';
import { type StoredEvent, storedOf } from '../domain/payment-events';
import { Payments } from '../domain/payments';
import { paymentOf, paymentValues, SAVE_PAYMENT } from './payment-rows';

/** There may be no row yet that could be locked. The primary key keeps out whoever does not take turns. */
const LOCK = statement('payment-lock', `SELECT pg_advisory_xact_lock(hashtextextended('payment ' || $1, 0))`);

const EVENTS = statement(
  'payment-events',
  'SELECT type, version, data, at FROM payment_events WHERE payment_id = $1 ORDER BY sequence',
);

const APPEND = statement(
  'payment-append',
  `
  INSERT INTO payment_events (payment_id, sequence, type, version, data, at)
  SELECT $1, sequence, type, version, data, at
    FROM json_to_recordset($2) AS event (sequence int, type text, version int, data json, at timestamptz)`,
);

const SAVE = statement('payment-save', SAVE_PAYMENT);

@Injectable()
export class PostgresPayments extends Payments {
  constructor(private readonly database: Database) {
    super();
  }

  async find(paymentId: string): Promise<Payment> {
    return paymentOf(paymentId, await this.events(paymentId));
  }

  async change<T>(paymentId: string, change: (payment: Payment) => T | Promise<T>): Promise<T> {
    return this.database.run(async () => {
      await this.database.query(LOCK, [paymentId]);
      const before = await this.events(paymentId);
      const payment = paymentOf(paymentId, before);
      const result = await change(payment);
      await this.append(payment, before.length);
      return result;
    });
  }

  private events = (paymentId: string): Promise<StoredEvent[]> =>
    this.database.query<StoredEvent & Record<string, unknown>>(EVENTS, [paymentId]);

  private async append(payment: Payment, after: number): Promise<void> {
    const { id, changes, state } = payment;
    if (changes.length === 0) return;
    const rows = changes.map((event, index) => ({ ...storedOf(event), sequence: after + index + 1 }));
    try {
      await this.database.query(APPEND, [id, JSON.stringify(rows)]);
    } catch (error) {
      throw (error as { code?: string }).code === UNIQUE_VIOLATION ? new PaymentChangedMeanwhile(id) : error;
    }
    if (state) await this.database.query(SAVE, paymentValues(state));
  }
}

const UNIQUE_VIOLATION = '23505';
