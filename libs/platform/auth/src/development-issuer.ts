import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type KeyObject, randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { TOKEN } from './access-token';
import { DevelopmentKey, developmentIssuerFolder } from './development-key';
import type { Role } from './person';
import { SigningKeys } from './signing-keys';

/** Where people of development have their ids from. Never changed: seeds and tests name them. */
const PEOPLE = 'b5a7a2a0-3b1c-5d55-9f0e-0c2f6a1d7e42';

/** The id of the person called `name` in development: always the same for one name. */
export const personIdOf = (name: string): string => uuidv5(name.trim().toLowerCase(), PEOPLE);

export interface DevelopmentToken {
  readonly personId: string;
  readonly roles: readonly Role[];
  /** (Default: 8 hours) */
  readonly validForMs?: number;
}

/**
 * Issues access tokens in development, until the users context does. Its key lies in `.data/dev-issuer` of the checkout,
 * or in `AUTH_DEV_ISSUER_DIR`. Whoever reads that file can be anybody.
 * @throws Error when `NODE_ENV` is production, unless `AUTH_DEV_ISSUER` is 1.
 */
export class DevelopmentIssuer {
  private readonly jwt = new JwtService({});

  constructor(private readonly folder = developmentIssuerFolder()) {
    refuseInProduction();
  }

  async issue({ personId, roles, validForMs = 8 * 3_600_000 }: DevelopmentToken): Promise<string> {
    const { privateKey, kid } =
      (await DevelopmentKey.read(this.folder)) ?? (await DevelopmentKey.make(this.folder));
    const { algorithm, issuer, audience, typ } = TOKEN;
    return this.jwt.signAsync(
      { sub: personId, roles: [...roles], jti: randomUUID() },
      {
        algorithm,
        issuer,
        audience,
        header: { alg: algorithm, typ, kid },
        expiresIn: Math.round(validForMs / 1_000),
        privateKey,
      },
    );
  }
}

/** Accepts what `DevelopmentIssuer` issues, in whichever process, also when its key is made or replaced meanwhile. */
@Injectable()
export class DevelopmentSigningKeys extends SigningKeys {
  private key?: DevelopmentKey;
  private readAtMs = -Infinity;
  private reading?: Promise<void>;

  constructor() {
    super();
    refuseInProduction();
  }

  async keyFor(kid: string): Promise<KeyObject | undefined> {
    // An unknown id costs a look at the file, at most once a second.
    if (this.key?.kid !== kid && Date.now() - this.readAtMs > 1_000) {
      this.readAtMs = Date.now();
      this.reading = DevelopmentKey.read(developmentIssuerFolder()).then((key) => void (this.key = key));
    }
    await this.reading;
    return this.key?.kid === kid ? this.key.publicKey : undefined;
  }
}

function refuseInProduction(): void {
  if (process.env['NODE_ENV'] !== 'production' || process.env['AUTH_DEV_ISSUER'] === '1') return;
  throw new Error(
    'The development issuer is not for production: give AuthModule other SigningKeys, or set AUTH_DEV_ISSUER=1',
  );
}
