import type { AccessToken } from '../domain/access-tokens';

/** What somebody who is signed in carries. */
export interface Tokens {
  readonly access: AccessToken;
  readonly refreshToken: string;
}

/** As clients know it from OAuth. */
export const shownTokens = ({ access, refreshToken }: Tokens) => ({
  accessToken: access.token,
  refreshToken,
  expiresIn: Math.round(access.lifeMs / 1_000),
});
