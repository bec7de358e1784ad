import type { Role, SigningKeys } from '@banyan/auth';
import type { PublicKeys } from '@banyan/contracts';
import { createSign, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { v5 as uuidv5 } from 'uuid';

/** Where people of tests have their ids from. */
const PEOPLE = 'b5a7a2a0-3b1c-5d55-9f0e-0c2f6a1d7e42';
const KID = 'test';

/** The id of the person called `name` in tests: always the same for one name. */
export const personIdOf = (name: string): string => uuidv5(name.trim().toLowerCase(), PEOPLE);

/** Whom a token speaks for. */
export interface TestToken {
  readonly personId: string;
  readonly roles: readonly Role[];
}

/** Signs access tokens where the context that does so is not part of the test, with a key that only this process has. */
export class TestIssuer {
  private pair?: Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }>;

  /** An access token for an hour. */
  async issue({ personId, roles }: TestToken): Promise<string> {
    const { TOKEN } = await import('@banyan/auth');
    const { privateKey } = await this.key();
    const now = Math.floor(Date.now() / 1_000);
    const { issuer: iss, audience: aud, algorithm: alg, typ } = TOKEN;
    const claims = { iss, aud, sub: personId, roles, jti: randomUUID(), iat: now, exp: now + 3_600 };
    const text = `${encoded({ alg, typ, kid: KID })}.${encoded(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  }

  /** Believes what was issued here, and beyond that what `others` believe. */
  besides = (others: SigningKeys): SigningKeys => ({
    keyFor: async (kid) => (kid === KID ? (await this.key()).publicKey : others.keyFor(kid)),
  });

  /** What the context that signs would answer, had it this key. */
  async tell(): Promise<PublicKeys> {
    const { n, e } = (await this.key()).publicKey.export({ format: 'jwk' });
    const key = { kid: KID, kty: 'RSA', alg: 'RS256', use: 'sig', n: n!, e: e! } as const;
    return { keys: [key], at: new Date().toISOString() };
  }

  private key = () => (this.pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }));
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
