import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { AccountState } from '../../domain/account';
import { Accounts } from '../../domain/accounts';

export class ShowProfile extends Query<AccountState> {
  constructor(readonly accountId: string) {
    super();
  }
}

@QueryHandler(ShowProfile)
export class ShowProfileHandler implements IQueryHandler<ShowProfile> {
  constructor(private readonly accounts: Accounts) {}

  execute({ accountId }: ShowProfile): Promise<AccountState> {
    return this.accounts.get(accountId);
  }
}
