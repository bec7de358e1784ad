import type { Account, AccountState } from './account';

/** Everybody who has signed up. */
export abstract class Accounts {
  /** @throws EmailTaken when somebody has this e-mail, in whichever case. */
  abstract add(account: Account): Promise<void>;

  /** Changes an account; those who change the same one take turns. @throws AccountNotFound */
  abstract change<T>(accountId: string, change: (account: Account) => T | Promise<T>): Promise<T>;

  /** @throws AccountNotFound */
  abstract get(accountId: string): Promise<AccountState>;

  /** Whose e-mail this is, in whichever case. */
  abstract withEmail(email: string): Promise<AccountState | undefined>;
}
