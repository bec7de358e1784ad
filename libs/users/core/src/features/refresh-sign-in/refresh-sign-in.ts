import { Transaction } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AccessTokens } from '../../domain/access-tokens';
import { Accounts } from '../../domain/accounts';
import { hashOfToken, newRefreshToken, RefreshFamilies } from '../../domain/refresh-family';
import { RefreshRefused } from '../refusals';
import type { Tokens } from '../tokens';

export class RefreshSignIn extends Command<Tokens> {
  constructor(
    readonly refreshToken: string,
    readonly now: Date,
  ) {
    super();
  }
}

/**
 * Trades a refresh token for the next one, and an access token with the roles of today. Of two that hand in the same
 * token, one gets the next, and the other ends the family: there is no grace, because within it a thief would look like
 * a client whose answer was lost. Who loses an answer signs in again.
 */
@CommandHandler(RefreshSignIn)
export class RefreshSignInHandler implements ICommandHandler<RefreshSignIn> {
  private readonly logger = new Logger(RefreshSignIn.name);

  constructor(
    private readonly families: RefreshFamilies,
    private readonly accounts: Accounts,
    private readonly accessTokens: AccessTokens,
    private readonly transaction: Transaction,
  ) {}

  async execute({ refreshToken, now }: RefreshSignIn): Promise<Tokens> {
    const tokenHash = hashOfToken(refreshToken);
    const next = newRefreshToken();
    // The end of a family is kept: it must not be rolled back by a throw.
    const { tokens } = await this.transaction.run(() =>
      this.families.change(tokenHash, async (family): Promise<{ end: boolean; tokens?: Tokens }> => {
        if (!family) return { end: false };
        const { accountId } = family;
        const rotation = family.rotate(tokenHash, { tokenHash: next.tokenHash, now });
        if (rotation === 'reused')
          this.logger.warn(`A refresh token of ${accountId} was used twice; all of its sign-in ends`);
        if (rotation !== 'rotated') return { end: true };
        const access = await this.accessTokens.issue(await this.accounts.get(accountId), now);
        return { end: false, tokens: { access, refreshToken: next.token } };
      }),
    );
    if (!tokens) throw new RefreshRefused();
    return tokens;
  }
}
