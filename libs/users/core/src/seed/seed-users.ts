import { Transaction } from '@banyan/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Accounts } from '../domain/accounts';
import { AddAddress } from '../features/add-address/add-address';
import { PrepareAccount } from '../features/register/prepare-account';
import { Register } from '../features/register/register';
import { ANN, ANNS_ADDRESS, SAM } from './first-people';

/** Lets the first two people in; does nothing where Ann is known. Everybody knows their passwords: never in production. */
@Injectable()
export class SeedUsers {
  constructor(
    private readonly accounts: Accounts,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly transaction: Transaction,
  ) {}

  async run(): Promise<void> {
    if (process.env['NODE_ENV'] === 'production') {
      new Logger('Seed').warn('No accounts are made in production: everybody knows their passwords');
      return;
    }
    if (await this.accounts.withEmail(ANN.email)) return;
    const registered = await Promise.all([ANN, SAM].map((person) => this.prepared(person)));
    // The same ids everywhere: of two processes that begin at the same time, one fails, and then finds it done.
    await this.transaction.run(async () => {
      for (const account of registered) await this.commands.execute(new Register(account));
      await this.commands.execute(new AddAddress(ANN.id, ANNS_ADDRESS));
    });
  }

  private async prepared({ password, ...person }: typeof ANN | typeof SAM) {
    const passwordHash = await this.queries.execute(new PrepareAccount(person.email, password));
    return { ...person, passwordHash, registeredAt: new Date() };
  }
}
