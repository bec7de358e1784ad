/** What a person may do: `staff` runs the shop as well. */
export type Role = 'customer' | 'staff';

/** What a person wants to hear of. */
export interface Preferences {
  /** Mails about orders. */
  readonly orderMails: boolean;
}

export interface AccountState {
  readonly id: string;
  /** As it was given; no two accounts have one that differs in case only. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly roles: readonly Role[];
  readonly preferences: Preferences;
  readonly registeredAt: Date;
}

export type NewAccount = Omit<AccountState, 'preferences'>;

/** A person who has signed up. */
export class Account {
  private constructor(private state: AccountState) {}

  static register = (account: NewAccount): Account =>
    new Account({ ...account, preferences: { orderMails: true } });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: AccountState): Account => new Account(state);

  /** Returns false when that is the name already, so that nothing is announced. */
  rename(name: string): boolean {
    if (name === this.state.name) return false;
    this.state = { ...this.state, name };
    return true;
  }

  /** Returns false when that was preferred before. */
  prefer(preferences: Preferences): boolean {
    if (preferences.orderMails === this.state.preferences.orderMails) return false;
    this.state = { ...this.state, preferences };
    return true;
  }

  snapshot = (): AccountState => this.state;
}
