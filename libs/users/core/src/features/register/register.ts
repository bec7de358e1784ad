import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerRegistered } from '@shop/users/contract';
import { Account, type NewAccount } from '../../domain/account';
import { Accounts } from '../../domain/accounts';

export class Register extends Command<void> {
  constructor(readonly account: NewAccount) {
    super();
  }
}

/** Opens an account. */
@CommandHandler(Register)
export class RegisterHandler implements ICommandHandler<Register> {
  constructor(
    private readonly accounts: Accounts,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ account: registered }: Register): Promise<void> {
    const account = Account.register(registered);
    const { id: customerId, name, email, preferences } = account.snapshot();
    await this.transaction.run(async () => {
      await this.accounts.add(account);
      await this.events.publish(CustomerRegistered({ customerId, name, email, preferences }));
    });
  }
}
