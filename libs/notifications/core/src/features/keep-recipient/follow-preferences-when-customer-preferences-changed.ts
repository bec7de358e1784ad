import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CustomerPreferencesChanged } from '@shop/users/contract';
import { KeepRecipient } from './keep-recipient';

@Policy(CustomerPreferencesChanged, 'follow-preferences')
export class FollowPreferencesWhenCustomerPreferencesChanged {
  constructor(private readonly commands: CommandBus) {}

  async handle({ customerId, preferences }: CustomerPreferencesChanged): Promise<void> {
    const { orderMails } = preferences;
    await this.commands.execute(new KeepRecipient(customerId, { orderMails }, 'changed'));
  }
}
