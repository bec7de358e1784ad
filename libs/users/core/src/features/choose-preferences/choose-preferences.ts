import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerPreferencesChanged } from '@shop/users/contract';
import type { Preferences } from '../../domain/account';
import { Accounts } from '../../domain/accounts';

export class ChoosePreferences extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly preferences: Preferences,
  ) {
    super();
  }
}

@CommandHandler(ChoosePreferences)
export class ChoosePreferencesHandler implements ICommandHandler<ChoosePreferences> {
  constructor(
    private readonly accounts: Accounts,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ accountId, preferences }: ChoosePreferences): Promise<void> {
    await this.transaction.run(() =>
      this.accounts.change(accountId, async (account) => {
        if (!account.prefer(preferences)) return;
        await this.events.publish(CustomerPreferencesChanged({ customerId: accountId, preferences }));
      }),
    );
  }
}
