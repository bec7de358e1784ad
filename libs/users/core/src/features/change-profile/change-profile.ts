import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerProfileChanged } from '@shop/users/contract';
import type { AccountState } from '../../domain/account';
import { Accounts } from '../../domain/accounts';

export class ChangeProfile extends Command<AccountState> {
  constructor(
    readonly accountId: string,
    readonly name: string,
  ) {
    super();
  }
}

@CommandHandler(ChangeProfile)
export class ChangeProfileHandler implements ICommandHandler<ChangeProfile> {
  constructor(
    private readonly accounts: Accounts,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ accountId, name }: ChangeProfile): Promise<AccountState> {
    return this.transaction.run(() =>
      this.accounts.change(accountId, async (account) => {
        const changed = account.rename(name);
        const state = account.snapshot();
        if (changed)
          await this.events.publish(
            CustomerProfileChanged({ customerId: accountId, name: state.name, email: state.email }),
          );
        return state;
      }),
    );
  }
}
