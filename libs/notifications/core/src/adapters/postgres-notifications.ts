import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Notification, type NotificationState } from '../domain/notification';
import { Notifications, type ShownNotification } from '../domain/notifications';

const ADD = statement(
  'notification-add',
  `
  INSERT INTO notifications (id, customer_id, template, cause_id, subject, text, at, status)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT ON CONSTRAINT told_once DO NOTHING
  RETURNING id`,
);

const SHOWN = 'id, template, subject, text, at, status';

const GET = `
  SELECT ${SHOWN}, customer_id AS "customerId", cause_id AS "causeId", failures
    FROM notifications WHERE id = $1`;
const FIND = statement('notification-find', GET);
const LOCK = statement('notification-lock', `${GET} FOR UPDATE`);

const SAVE = statement(
  'notification-save',
  'UPDATE notifications SET status = $2, failures = $3 WHERE id = $1',
);

/** Ids are uuids of version 7: their order is that of telling. */
const OF = `
  SELECT ${SHOWN} FROM notifications
   WHERE customer_id = $1 AND ($2::uuid IS NULL OR id < $2)
   ORDER BY id DESC LIMIT $3`;

type Row<Shown> = Omit<Shown, 'at'> & { at: Date };

@Injectable()
export class PostgresNotifications extends Notifications {
  constructor(private readonly database: Database) {
    super();
  }

  async add(notification: Notification): Promise<boolean> {
    const { id, customerId, template, causeId, subject, text, at, status } = notification.snapshot();
    const added = [id, customerId, template, causeId, subject, text, at, status];
    return (await this.database.query(ADD, added)).length > 0;
  }

  async change<T>(id: string, change: (notification: Notification) => T | Promise<T>): Promise<T> {
    const notification = await this.read(LOCK, id);
    const before = notification.snapshot();
    const result = await change(notification);
    const state = notification.snapshot();
    if (state !== before) await this.database.query(SAVE, [id, state.status, JSON.stringify(state.failures)]);
    return result;
  }

  get(id: string): Promise<Notification> {
    return this.read(FIND, id);
  }

  async pendingOf(customerId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM notifications WHERE customer_id = $1 AND status = 'pending'`,
      [customerId],
    );
    return rows.map(({ id }) => id);
  }

  async of(
    customerId: string,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<ShownNotification[]> {
    const rows = await this.database.query<Row<ShownNotification>>(OF, [customerId, after ?? null, limit]);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }

  private async read(sql: typeof LOCK, id: string): Promise<Notification> {
    const [row] = await this.database.query<Row<NotificationState>>(sql, [id]);
    if (!row) throw new Error(`There is no notification ${id}`);
    return Notification.restore({ ...row, at: row.at.toISOString() });
  }
}
