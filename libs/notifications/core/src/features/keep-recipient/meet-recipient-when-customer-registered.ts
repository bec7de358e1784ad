import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CustomerRegistered } from '@shop/users/contract';
import { KeepRecipient } from './keep-recipient';

@Policy(CustomerRegistered, 'meet-recipient')
export class MeetRecipientWhenCustomerRegistered {
  constructor(private readonly commands: CommandBus) {}

  async handle({ customerId, name, email, preferences }: CustomerRegistered): Promise<void> {
    await this.commands.execute(
      new KeepRecipient(customerId, { name, email, orderMails: preferences.orderMails }, 'registered'),
    );
  }
}
