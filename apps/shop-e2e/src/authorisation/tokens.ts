import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Shop } from '../shop/start-shop';
import type { Answer } from '../shop/visitor';

type Part = Record<string, unknown>;

/** A token that the shop gave to somebody, and all that it takes to make another just like it. */
interface Real {
  readonly token: string;
  readonly header: Part;
  readonly claims: Part;
  /** With which the shop signs. Nobody should have it; with it, one thing at a time can be spoilt. */
  readonly ours: KeyObject;
  /** As everybody can read it. */
  readonly published: { readonly jwk: Part; readonly pem: string };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const parsed = (token: string, at: number): Part =>
  JSON.parse(Buffer.from(token.split('.')[at]!, 'base64url').toString());
const now = () => Math.floor(Date.now() / 1_000);

const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

function signed(header: Part, claims: unknown, key: KeyObject, hash = 'RSA-SHA256'): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createSign(hash).update(text).sign(key, 'base64url')}`;
}

function hmac(header: Part, claims: Part, secret: string): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Each is a token of the shop's own but for one thing. */
const FORGERIES: readonly (readonly [string, (real: Real) => string])[] = [
  [
    'without a signature (alg none)',
    ({ header, claims }) => `${part({ ...header, alg: 'none' })}.${part(claims)}.`,
  ],
  [
    'without a signature (alg NONE)',
    ({ header, claims }) => `${part({ ...header, alg: 'NONE' })}.${part(claims)}.`,
  ],
  ['with its signature cut off', ({ token }) => token.replace(/[^.]+$/, '')],
  ['with its signature bent', ({ token }) => token.replace(/[^.]{10}$/, 'AAAAAAAAAA')],
  [
    'under HS256, with the published key as the secret',
    ({ header, claims, published }) => hmac({ ...header, alg: 'HS256' }, claims, published.pem),
  ],
  [
    'under HS256, with the published key as it is published',
    ({ header, claims, published }) =>
      hmac({ ...header, alg: 'HS256' }, claims, JSON.stringify(published.jwk)),
  ],
  ['under HS256 that says RS256', ({ header, claims, published }) => hmac(header, claims, published.pem)],
  [
    'under RS512, by the right key',
    ({ header, claims, ours }) => signed({ ...header, alg: 'RS512' }, claims, ours, 'RSA-SHA512'),
  ],
  [
    'under a foreign key that says to be ours',
    ({ header, claims }) => signed(header, claims, foreign.privateKey),
  ],
  [
    'under a key that it brings along (jwk)',
    ({ header, claims }) =>
      signed({ ...header, jwk: foreign.publicKey.export({ format: 'jwk' }) }, claims, foreign.privateKey),
  ],
  [
    'under a key that nobody published',
    ({ header, claims, ours }) => signed({ ...header, kid: 'another-key' }, claims, ours),
  ],
  ['that names no key', ({ header: { kid: _, ...header }, claims, ours }) => signed(header, claims, ours)],
  [
    'whose key is a path',
    ({ header, claims, ours }) => signed({ ...header, kid: '../../dev/null' }, claims, ours),
  ],
  [
    'whose key is a query',
    ({ header, claims, ours }) => signed({ ...header, kid: "' OR 1=1--" }, claims, ours),
  ],
  [
    'with an extension that must be understood (crit)',
    ({ header, claims, ours }) => signed({ ...header, crit: ['exp'] }, claims, ours),
  ],
  [
    'that is of another type (typ)',
    ({ header, claims, ours }) => signed({ ...header, typ: 'JWT' }, claims, ours),
  ],
  ['that is of no type', ({ header: { typ: _, ...header }, claims, ours }) => signed(header, claims, ours)],
  [
    'of another issuer (iss)',
    ({ header, claims, ours }) => signed(header, { ...claims, iss: 'banyan.example' }, ours),
  ],
  ['of no issuer', ({ header, claims: { iss: _, ...claims }, ours }) => signed(header, claims, ours)],
  [
    'for another audience (aud)',
    ({ header, claims, ours }) => signed(header, { ...claims, aud: 'another-api' }, ours),
  ],
  ['for no audience', ({ header, claims: { aud: _, ...claims }, ours }) => signed(header, claims, ours)],
  [
    'that is not valid yet (nbf)',
    ({ header, claims, ours }) => signed(header, { ...claims, nbf: now() + 600 }, ours),
  ],
  ['that never expires', ({ header, claims: { exp: _, ...claims }, ours }) => signed(header, claims, ours)],
  ['of nobody (sub)', ({ header, claims: { sub: _, ...claims }, ours }) => signed(header, claims, ours)],
  ['of nobody by id', ({ header, claims, ours }) => signed(header, { ...claims, sub: 'sam' }, ours)],
  [
    'whose roles were changed afterwards',
    ({ token, claims }) =>
      token.replace(/\.[^.]+\./, `.${part({ ...claims, roles: ['customer', 'staff'] })}.`),
  ],
];

/** Tokens that are almost the shop's own, against real processes. */
export function refuseForgedTokens(shop: () => Shop): void {
  let real: Real;

  const me = (token: string): Promise<Answer> =>
    shop()
      .anybody()
      .get('/users/me', { headers: { authorization: `Bearer ${token}` } });

  describe('An access token', () => {
    beforeAll(async () => {
      const account = { email: 'token@example.com', password: 'correct horse battery' };
      await shop()
        .anybody()
        .post('/users', { ...account, name: 'Token' });
      const { accessToken: token } = (await shop().anybody().post('/auth/login', account)).body;
      const header = parsed(token, 0);
      const { keys } = (await shop().anybody().get('/auth/.well-known/jwks.json')).body;
      const jwk = keys.find(({ kid }: Part) => kid === header['kid']);
      const [row] = await shop().sql<{ key: string }>(
        'SELECT private_key AS key FROM users.signing_keys WHERE kid = $1',
        [header['kid']],
      );
      const pem = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      });
      real = {
        token,
        header,
        claims: parsed(token, 1),
        ours: createPrivateKey(row!.key),
        published: { jwk, pem: String(pem) },
      };
    });

    it('is taken as the shop gave it, and when nothing about it is spoilt', async () => {
      const { token, header, claims, ours } = real;

      const [given, made] = [await me(token), await me(signed(header, { ...claims, jti: 'another' }, ours))];

      expect([given.status, made.status]).toEqual([200, 200]);
    });

    it('does not carry its public key, or anything to fetch one from', () => {
      expect(Object.keys(real.header).sort()).toEqual(['alg', 'kid', 'typ']);
      expect(Object.keys(real.published.jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    });

    it.each(FORGERIES)('is refused %s', async (_, forge) => {
      const { status, headers, body } = await me(forge(real));

      expect({ status, code: body.code }).toEqual({ status: 401, code: 'auth.token-invalid' });
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    it.each(['jku', 'x5u'])(
      'is refused under a key that it links to (%s), which nobody fetches',
      async (name) => {
        const { header, claims, published } = real;
        let fetched = 0;
        const elsewhere = createServer((_, response) => {
          fetched++;
          const jwk = { ...published.jwk, ...foreign.publicKey.export({ format: 'jwk' }) };
          response.end(JSON.stringify({ keys: [jwk] }));
        });
        await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
        const link = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks.json`;

        const { status, body } = await me(signed({ ...header, [name]: link }, claims, foreign.privateKey));
        await new Promise((resolve) => elsewhere.close(resolve));

        expect({ status, code: body.code, fetched }).toEqual({
          status: 401,
          code: 'auth.token-invalid',
          fetched: 0,
        });
      },
    );

    it('is refused once it has expired', async () => {
      const { header, claims, ours } = real;

      const late = await me(signed(header, { ...claims, exp: now() - 1 }, ours));

      expect(late).toMatchObject({ status: 401, body: { code: 'auth.token-expired' } });
    });

    it('stops being good in the moment in which it expires, however often it was used before', async () => {
      const { header, claims, ours } = real;
      const exp = now() + 2;
      const token = signed(header, { ...claims, exp }, ours);

      const fresh = await me(token);
      const statuses: number[] = [];
      while (now() <= exp) statuses.push((await me(token)).status);

      expect(fresh.status).toBe(200);
      expect(statuses.at(-1)).toBe(401);
    });
  });
}
