import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthModule } from './auth.module';
import { keyIdOf } from './access-token';
import { DevelopmentIssuer, DevelopmentSigningKeys, personIdOf } from './development-issuer';
import { SigningKeys } from './signing-keys';
import { Test } from '@nestjs/testing';

const ann = { personId: personIdOf('ann'), roles: ['customer'] as const };
const environment = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dev-issuer-'));
  process.env['AUTH_DEV_ISSUER_DIR'] = folder;
});
afterEach(() => {
  process.env = { ...environment };
  rmSync(folder, { recursive: true });
});

const isAccepted = async (keys: SigningKeys, token: string) =>
  (await keys.keyFor(keyIdOf(token))) !== undefined;

describe('The development issuer', () => {
  it('knows a person by name, for ever', () => {
    expect(personIdOf('ann')).toBe('2c13ee8f-c1d8-59cc-97d0-1c6a19f300bc');
    expect(personIdOf(' Ann ')).toBe(personIdOf('ann'));
    expect(personIdOf('bob')).not.toBe(personIdOf('ann'));
  });

  it('keeps one key, which only its owner may read, however many make it at once', async () => {
    const tokens = await Promise.all([1, 2, 3].map(() => new DevelopmentIssuer().issue(ann)));

    expect(new Set(tokens.map(keyIdOf)).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['private-key.pem']);
    expect(statSync(join(folder, 'private-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('is believed by whoever checks, also under a key made later, and by many at once', async () => {
    const keys = new DevelopmentSigningKeys();

    const token = await new DevelopmentIssuer().issue(ann);

    expect(await Promise.all([isAccepted(keys, token), isAccepted(keys, token)])).toEqual([true, true]);
  });

  it('is not believed under a key that was replaced', async () => {
    const old = await new DevelopmentIssuer().issue(ann);
    rmSync(join(folder, 'private-key.pem'));
    await new DevelopmentIssuer().issue(ann);

    expect(await isAccepted(new DevelopmentSigningKeys(), old)).toBe(false);
  });

  it('says which file to delete when its key is damaged', async () => {
    writeFileSync(join(folder, 'private-key.pem'), 'half a ke');

    await expect(new DevelopmentIssuer().issue(ann)).rejects.toThrow(
      /private-key\.pem holds no private key; delete it/,
    );
  });

  it('refuses to work in production, unless told to', () => {
    process.env['NODE_ENV'] = 'production';
    expect(() => new DevelopmentIssuer()).toThrow(/not for production/);
    expect(() => new DevelopmentSigningKeys()).toThrow(/not for production/);

    process.env['AUTH_DEV_ISSUER'] = '1';
    expect(() => new DevelopmentIssuer()).not.toThrow();
  });

  it('makes way for other keys, in production as well', async () => {
    class UsersKeys extends SigningKeys {
      keyFor = async () => undefined;
    }
    process.env['NODE_ENV'] = 'production';

    const module = await Test.createTestingModule({ imports: [AuthModule.accepting(UsersKeys)] }).compile();

    expect(module.get(SigningKeys, { strict: false })).toBeInstanceOf(UsersKeys);
    await expect(Test.createTestingModule({ imports: [AuthModule] }).compile()).rejects.toThrow(
      /not for production/,
    );
  });
});
