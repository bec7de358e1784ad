import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { Account, type AccountState } from '../domain/account';
import { Accounts } from '../domain/accounts';
import { AccountNotFound, EmailTaken } from '../domain/users-errors';

const ADD = `
  INSERT INTO accounts (id, email, name, password_hash, roles, order_mails, registered_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lower(email)) DO NOTHING RETURNING id`;

const READ = `
  SELECT id, email, name, password_hash AS "passwordHash", roles, registered_at AS "registeredAt",
         json_build_object('orderMails', order_mails) AS preferences
    FROM accounts`;

@Injectable()
export class PostgresAccounts extends Accounts {
  constructor(private readonly database: Database) {
    super();
  }

  async add(account: Account): Promise<void> {
    const { id, email, name, passwordHash, roles, preferences, registeredAt } = account.snapshot();
    const row = [id, email, name, passwordHash, roles, preferences.orderMails, registeredAt];
    const added = await this.database.query(ADD, row);
    if (added.length === 0) throw new EmailTaken();
  }

  async change<T>(accountId: string, change: (account: Account) => T | Promise<T>): Promise<T> {
    const [row] = await this.database.query<AccountState>(`${READ} WHERE id = $1 FOR NO KEY UPDATE`, [
      accountId,
    ]);
    if (!row) throw new AccountNotFound(accountId);
    const account = Account.restore(row);
    const result = await change(account);
    const { name, preferences } = account.snapshot();
    await this.database.query('UPDATE accounts SET name = $2, order_mails = $3 WHERE id = $1', [
      accountId,
      name,
      preferences.orderMails,
    ]);
    return result;
  }

  async get(accountId: string): Promise<AccountState> {
    const [row] = await this.database.query<AccountState>(`${READ} WHERE id = $1`, [accountId]);
    if (!row) throw new AccountNotFound(accountId);
    return row;
  }

  async withEmail(email: string): Promise<AccountState | undefined> {
    const [row] = await this.database.query<AccountState>(`${READ} WHERE lower(email) = lower($1)`, [email]);
    return row;
  }
}
