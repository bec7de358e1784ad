import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Recipient } from '../domain/recipient';
import { Recipients } from '../domain/recipients';

const COLUMNS = 'name, email, order_mails AS "orderMails"';

/** Makes the row or waits for whoever holds it, so that a person is met and told something in turns. */
const LOCK = statement(
  'recipient-lock',
  `
  INSERT INTO recipients (customer_id) VALUES ($1)
      ON CONFLICT (customer_id) DO UPDATE SET customer_id = excluded.customer_id
  RETURNING ${COLUMNS}`,
);

const GET = statement('recipient-get', `SELECT ${COLUMNS} FROM recipients WHERE customer_id = $1`);

const SAVE = 'UPDATE recipients SET name = $2, email = $3, order_mails = $4 WHERE customer_id = $1';

interface RecipientRow {
  name: string | null;
  email: string | null;
  orderMails: boolean | null;
}

@Injectable()
export class PostgresRecipients extends Recipients {
  constructor(private readonly database: Database) {
    super();
  }

  async change<T>(customerId: string, change: (recipient: Recipient) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<RecipientRow>(LOCK, [customerId]);
    const recipient = recipientOf(customerId, row!);
    const before = recipient.snapshot();
    const result = await change(recipient);
    const state = recipient.snapshot();
    if (state !== before) {
      const { name, email, orderMails } = state;
      await this.database.query(SAVE, [customerId, name ?? null, email ?? null, orderMails ?? null]);
    }
    return result;
  }

  async get(customerId: string): Promise<Recipient> {
    const [row] = await this.database.query<RecipientRow>(GET, [customerId]);
    return row ? recipientOf(customerId, row) : Recipient.unknown(customerId);
  }
}

const recipientOf = (customerId: string, row: RecipientRow): Recipient =>
  Recipient.restore({
    customerId,
    name: row.name ?? undefined,
    email: row.email ?? undefined,
    orderMails: row.orderMails ?? undefined,
  });
