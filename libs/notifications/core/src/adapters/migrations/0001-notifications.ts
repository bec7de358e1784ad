import type { Migration } from '@banyan/persistence';

export const notifications: Migration = {
  name: '0001-notifications',
  async up(query) {
    await query(`
      CREATE TABLE recipients (
        customer_id uuid PRIMARY KEY,
        name text,
        email text,
        order_mails boolean
      ) WITH (fillfactor = 70)`);
    await query(`
      CREATE TABLE notifications (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL REFERENCES recipients,
        template text NOT NULL,
        cause_id text NOT NULL,
        subject text NOT NULL,
        text text NOT NULL,
        at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'sent', 'suppressed', 'failed')),
        failures json NOT NULL DEFAULT '[]',
        CONSTRAINT told_once UNIQUE (cause_id, template)
      ) WITH (fillfactor = 85)`);
    await query('CREATE INDEX notifications_by_customer ON notifications (customer_id, id DESC)');
  },
};
