import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CustomerProfileChanged } from '@shop/users/contract';
import { KeepRecipient } from './keep-recipient';

@Policy(CustomerProfileChanged, 'follow-profile')
export class FollowProfileWhenCustomerProfileChanged {
  constructor(private readonly commands: CommandBus) {}

  async handle({ customerId, name, email }: CustomerProfileChanged): Promise<void> {
    await this.commands.execute(new KeepRecipient(customerId, { name, email }, 'changed'));
  }
}
