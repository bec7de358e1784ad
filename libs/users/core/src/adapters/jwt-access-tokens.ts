import { TOKEN } from '@banyan/auth';
import { ContextUnavailable } from '@banyan/contracts';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { type AccessToken, AccessTokens } from '../domain/access-tokens';
import type { Role } from '../domain/account';
import { KeyRings, type SigningKey } from '../domain/key-ring';
import { UsersSettings } from '../users-settings';
import { KeySafe } from './key-safe';

/** JWTs under the key whose turn it is. @see https://www.rfc-editor.org/rfc/rfc9068 */
@Injectable()
export class JwtAccessTokens extends AccessTokens {
  private readonly jwt = new JwtService({});
  private opened?: { readonly kid: string; readonly privateKey: KeyObject };

  constructor(
    private readonly rings: KeyRings,
    private readonly safe: KeySafe,
    private readonly settings: UsersSettings,
  ) {
    super();
  }

  async issue(
    { id, roles }: { readonly id: string; readonly roles: readonly Role[] },
    now: Date,
  ): Promise<AccessToken> {
    const signer = (await this.rings.read()).signer(now);
    if (!signer) throw new ContextUnavailable('users', 'there is no signing key yet');
    const { algorithm, issuer, audience, typ } = TOKEN;
    const lifeMs = this.settings.keys.tokenLifeMs;
    const iat = Math.floor(now.getTime() / 1_000);
    const token = await this.jwt.signAsync(
      { sub: id, roles, jti: randomUUID(), iat, exp: iat + Math.round(lifeMs / 1_000) },
      {
        algorithm,
        issuer,
        audience,
        header: { alg: algorithm, typ, kid: signer.kid },
        privateKey: this.open(signer),
      },
    );
    return { token, lifeMs };
  }

  private open({ kid, privateKey }: SigningKey): KeyObject {
    if (this.opened?.kid !== kid)
      this.opened = { kid, privateKey: createPrivateKey(this.safe.open(kid, privateKey)) };
    return this.opened.privateKey;
  }
}
