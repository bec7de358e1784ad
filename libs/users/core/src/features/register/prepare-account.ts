import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Accounts } from '../../domain/accounts';
import { Passwords } from '../../domain/passwords';
import { EmailTaken } from '../../domain/users-errors';

/** Makes the hash that an account keeps of its password. Slow: not for a transaction. */
export class PrepareAccount extends Query<string> {
  constructor(
    readonly email: string,
    readonly password: string,
  ) {
    super();
  }
}

@QueryHandler(PrepareAccount)
export class PrepareAccountHandler implements IQueryHandler<PrepareAccount> {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
  ) {}

  async execute({ email, password }: PrepareAccount): Promise<string> {
    if (await this.accounts.withEmail(email)) throw new EmailTaken();
    return this.passwords.hash(password);
  }
}
