import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { AccessTokens } from '../../domain/access-tokens';
import type { AccountState } from '../../domain/account';
import { Accounts } from '../../domain/accounts';
import { FailedSignInsByEmail } from '../../domain/failed-sign-ins';
import { Passwords } from '../../domain/passwords';
import { newRefreshToken, RefreshFamilies, RefreshFamily } from '../../domain/refresh-family';
import { UsersSettings } from '../../users-settings';
import { SignInFailed, TooManyAttempts } from '../refusals';
import type { Tokens } from '../tokens';

export class SignIn extends Command<Tokens> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly now: Date,
  ) {
    super();
  }
}

/**
 * Signs somebody in by e-mail and password. Many guesses at a time learn no more than as many one after the other: what
 * came of each is told in turn, and to nobody any more once there is a lock, not even who was right.
 */
@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly failures: FailedSignInsByEmail,
    private readonly families: RefreshFamilies,
    private readonly accessTokens: AccessTokens,
    private readonly settings: UsersSettings,
    private readonly transaction: Transaction,
  ) {}

  async execute({ email, password, now }: SignIn): Promise<Tokens> {
    const { lockout } = this.settings;
    const lockedForMs = (await this.failures.of(email)).lockedForMs(lockout, now);
    if (lockedForMs > 0) throw new TooManyAttempts(lockedForMs);

    const account = await this.accounts.withEmail(email);
    const matches = await this.passwords.match(password, account?.passwordHash);

    // What is refused is counted as well: it must not be rolled back by a throw.
    const outcome = await this.transaction.run(async () => {
      const lockedForMs = await this.failures.change(email, (failed) => {
        const lockedForMs = failed.lockedForMs(lockout, now);
        if (lockedForMs > 0) return lockedForMs;
        if (matches) failed.forget();
        else failed.fail(now);
        return 0;
      });
      if (lockedForMs > 0) return new TooManyAttempts(lockedForMs);
      return account && matches ? this.begin(account, now) : new SignInFailed();
    });
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  private async begin(account: AccountState, now: Date): Promise<Tokens> {
    const { token, tokenHash } = newRefreshToken();
    const expiresAt = new Date(now.getTime() + this.settings.refreshLifeMs);
    await this.families.add(
      RefreshFamily.begin({ id: uuidv7(), accountId: account.id, tokenHash, expiresAt }),
    );
    return { access: await this.accessTokens.issue(account, now), refreshToken: token };
  }
}
