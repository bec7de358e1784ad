import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashOfToken, RefreshFamilies } from '../../domain/refresh-family';

export class SignOut extends Command<void> {
  constructor(readonly refreshToken: string) {
    super();
  }
}

/** Ends the sign-in that a refresh token comes from, if it has not ended. Its access tokens live out their minutes. */
@CommandHandler(SignOut)
export class SignOutHandler implements ICommandHandler<SignOut> {
  constructor(
    private readonly families: RefreshFamilies,
    private readonly transaction: Transaction,
  ) {}

  async execute({ refreshToken }: SignOut): Promise<void> {
    await this.transaction.run(() =>
      this.families.change(hashOfToken(refreshToken), async () => ({ end: true })),
    );
  }
}
