import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { CustomerRegistered } from '@shop/users/contract';
import { welcome } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(CustomerRegistered, 'welcome-customer')
export class WelcomeCustomerWhenCustomerRegistered {
  constructor(private readonly commands: CommandBus) {}

  async handle({ customerId }: CustomerRegistered, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(customerId, id, welcome()));
  }
}
