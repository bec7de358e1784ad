import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { bearerToken, keyIdOf, personOf, TOKEN, TokenRefused } from './access-token';
import type { Person } from './person';
import { SigningKeys } from './signing-keys';

/** What a verified token comes down to. */
export interface Verified {
  readonly person: Person;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** passport-jwt under our rules: RS256 only, issuer and audience ours, an expiry, a key that `SigningKeys` knows. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(keys: SigningKeys) {
    super({
      jwtFromRequest: bearerToken,
      algorithms: [TOKEN.algorithm],
      issuer: TOKEN.issuer,
      audience: TOKEN.audience,
      secretOrKeyProvider: (
        _request: unknown,
        token: string,
        done: (error: unknown, key?: never) => void,
      ) => {
        const found = async () => {
          const key = await keys.keyFor(keyIdOf(token));
          if (!key) throw new TokenRefused('The token is signed with a key that is not known');
          return key;
        };
        found().then((key) => done(null, key as never), done);
      },
    });
  }

  validate(claims: Record<string, unknown>): Verified {
    return { person: personOf(claims), expiresAt: claims['exp'] as number };
  }
}
