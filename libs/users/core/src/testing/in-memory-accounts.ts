import { Account, type AccountState } from '../domain/account';
import { Accounts } from '../domain/accounts';
import { AccountNotFound, EmailTaken } from '../domain/users-errors';

export class InMemoryAccounts extends Accounts {
  private readonly accounts = new Map<string, AccountState>();

  async add(account: Account): Promise<void> {
    const state = account.snapshot();
    if (await this.withEmail(state.email)) throw new EmailTaken();
    this.accounts.set(state.id, state);
  }

  async change<T>(accountId: string, change: (account: Account) => T | Promise<T>): Promise<T> {
    const account = Account.restore(await this.get(accountId));
    const result = await change(account);
    this.accounts.set(accountId, account.snapshot());
    return result;
  }

  async get(accountId: string): Promise<AccountState> {
    const state = this.accounts.get(accountId);
    if (!state) throw new AccountNotFound(accountId);
    return state;
  }

  async withEmail(email: string): Promise<AccountState | undefined> {
    return [...this.accounts.values()].find((each) => each.email.toLowerCase() === email.toLowerCase());
  }
}
