import { type PublicKeys } from '@banyan/contracts';
import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { ANNOUNCED_MS } from '../domain/key-ring';
import { PublishSigningKeysHandler } from '../features/publish-signing-keys/publish-signing-keys';
import { TurnSigningKeys, TurnSigningKeysHandler } from '../features/turn-signing-keys/turn-signing-keys';
import { UsersSettings } from '../users-settings';
import { JwtAccessTokens } from './jwt-access-tokens';
import { KeySafe } from './key-safe';
import { accounts } from './migrations/0001-accounts';
import { PostgresKeyRings } from './postgres-key-rings';
import { RsaKeyMaker } from './rsa-key-maker';

const DAY_MS = 86_400_000;
const SECRET = 'a secret of thirty-two characters';
const began = Date.UTC(2026, 10, 1);
const at = (ms: number) => new Date(began + ms);
const ann = { id: uuidv7(), roles: ['customer'] as const };

let users: ContextDatabase;

beforeAll(async () => (users = await contextDatabase({ name: 'users', migrations: [accounts] })));
afterAll(() => users.drop());
beforeEach(() => users.database.query('DELETE FROM signing_keys'));

/** One process of several. */
function instance(secret?: string) {
  const settings = new UsersSettings({});
  const rings = new PostgresKeyRings(users.database);
  const safe = new KeySafe(secret);
  const turning = new TurnSigningKeysHandler(rings, new RsaKeyMaker(safe), settings, users.database);
  const accessTokens = new JwtAccessTokens(rings, safe, settings);
  return {
    turn: (ms: number) => turning.execute(new TurnSigningKeys(at(ms))),
    issue: async (ms: number) => (await accessTokens.issue(ann, at(ms))).token,
    keys: () => new PublishSigningKeysHandler(rings).execute(),
  };
}

function verifies(keys: PublicKeys['keys'], token: string): boolean {
  const [header, claims, signature] = token.split('.') as [string, string, string];
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const jwk = keys.find((each) => each.kid === kid);
  if (!jwk) return false;
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  return verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
}

describe('Signing keys in PostgreSQL', () => {
  it('turn once, however many instances find that it is time', async () => {
    const instances = [instance(), instance()];

    await Promise.all(instances.map(({ turn }) => turn(0)));
    const [first] = await instance().keys();
    expect(await instance().keys()).toHaveLength(1);
    const old = await instance().issue(30 * DAY_MS - 1);

    await Promise.all(instances.map(({ turn }) => turn(30 * DAY_MS - ANNOUNCED_MS)));
    const both = await instance().keys();
    expect(both).toEqual([first, expect.anything()]);
    const next = await instance().issue(30 * DAY_MS);
    expect([verifies(both, old), verifies(both, next)]).toEqual([true, true]);
    expect(verifies([first!], next)).toBe(false);

    await Promise.all(instances.map(({ turn }) => turn(30 * DAY_MS + 11 * 60_000)));
    expect(await instance().keys()).toEqual(both.slice(1));
  });

  it('are one after the first time, though many made one that was ready at once', async () => {
    const rings = new PostgresKeyRings(users.database);
    const ready = { make: async () => ({ kid: uuidv7(), publicKey: { n: '', e: '' }, privateKey: '' }) };
    const turning = new TurnSigningKeysHandler(rings, ready, new UsersSettings({}), users.database);

    await Promise.all(Array.from({ length: 8 }, () => turning.execute(new TurnSigningKeys(at(0)))));

    expect(await instance().keys()).toHaveLength(1);
  });

  it('sign nothing before there is one', async () => {
    await expect(instance().issue(0)).rejects.toThrow('there is no signing key yet');
  });

  it('lie sealed under the secret, and sign for nobody who has another', async () => {
    await instance(SECRET).turn(0);

    const [row] = await users.database.query<{ private_key: string }>('SELECT private_key FROM signing_keys');
    expect(row?.private_key).not.toContain('PRIVATE KEY');
    const token = await instance(SECRET).issue(0);
    expect(verifies(await instance().keys(), token)).toBe(true);
    await expect(instance('another secret of as many characters').issue(0)).rejects.toThrow(
      'USERS_KEY_SECRET',
    );
  });
});
