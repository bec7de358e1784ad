import { ContextUnavailable, type PublicKeys } from '@banyan/contracts';
import { Logger } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import { RequestedSigningKeys } from './requested-signing-keys';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const REFRESH_MS = 180_000;

/** The context that signs: what it tells, whether it is there, and how often it was asked. */
class Users {
  asked = 0;
  kids = ['key-1'];
  away?: Error;
  /** What an answer waits for. */
  pause?: Promise<void>;

  tell = async (): Promise<PublicKeys> => {
    this.asked++;
    const { away, kids } = this;
    await this.pause;
    if (away) throw away;
    const keys = kids.map((kid) => ({
      kid,
      kty: 'RSA' as const,
      alg: 'RS256' as const,
      use: 'sig' as const,
      n: jwk.n!,
      e: jwk.e!,
    }));
    return { keys, at: new Date().toISOString() };
  };
}

let users: Users;
let keys: RequestedSigningKeys;
const away = new ContextUnavailable('users', 'the test says so');
const knows = async (kid: string) => (await keys.keyFor(kid)) !== undefined;

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
  users = new Users();
  keys = new RequestedSigningKeys(users.tell);
});
afterEach(() => {
  keys.stop();
  jest.useRealTimers();
});

describe('Keys that were told', () => {
  it('are asked for once, however many want them at once and later', async () => {
    expect(await Promise.all([knows('key-1'), knows('key-1'), knows('key-1')])).toEqual([true, true, true]);
    expect(await knows('key-1')).toBe(true);
    expect(users.asked).toBe(1);
    expect(await keys.keyFor('key-1')).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' });
  });

  it('are asked for every few minutes, so that one is known before it signs, and one that was withdrawn is not', async () => {
    keys.start();
    await jest.advanceTimersByTimeAsync(0);
    users.kids = ['key-2'];
    await jest.advanceTimersByTimeAsync(REFRESH_MS);
    expect(users.asked).toBe(2);

    expect(await knows('key-2')).toBe(true);
    expect(users.asked).toBe(2);
    expect(await knows('key-1')).toBe(false);
  });

  it('hold for as long as nobody tells others', async () => {
    keys.start();
    await jest.advanceTimersByTimeAsync(0);
    users.away = away;
    await jest.advanceTimersByTimeAsync(24 * 3_600_000);

    expect(await knows('key-1')).toBe(true);
  });

  it('are told again soon after somebody is there again', async () => {
    users.away = away;
    keys.start();
    await jest.advanceTimersByTimeAsync(10_000);
    users.away = undefined;
    await jest.advanceTimersByTimeAsync(1_000);
    const { asked } = users;

    expect(await knows('key-1')).toBe(true);
    expect(users.asked).toBe(asked);
  });

  it('are asked for no longer once that was stopped, also while an answer is awaited', async () => {
    keys.start();
    keys.stop();
    await jest.advanceTimersByTimeAsync(10 * REFRESH_MS);

    expect(users.asked).toBe(1);
  });
});

describe('An unknown key', () => {
  it('is asked for at once, and is known then', async () => {
    keys.start();
    await jest.advanceTimersByTimeAsync(0);
    users.kids = ['key-1', 'key-2'];

    expect(await knows('key-2')).toBe(true);
  });

  it('is asked for once in five seconds, whatever ids people make up', async () => {
    await knows('key-1');
    const { asked } = users;
    for (let second = 0; second < 20; second++) {
      expect(await Promise.all([knows(`made-up-${second}`), knows(`other-${second}`)])).toEqual([
        false,
        false,
      ]);
      await jest.advanceTimersByTimeAsync(1_000);
    }

    expect(users.asked - asked).toBeGreaterThanOrEqual(3);
    expect(users.asked - asked).toBeLessThanOrEqual(4);
  });

  it('waits for an answer that is under way, which may bring it, as the clock does', async () => {
    let answer!: () => void;
    users.pause = new Promise((resolve) => (answer = resolve));
    const first = knows('key-1');
    const second = knows('key-1');
    keys.start();
    answer();

    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(users.asked).toBe(1);
  });

  it('is none that we could refuse while nobody tells', async () => {
    await knows('key-1');
    users.away = away;
    await jest.advanceTimersByTimeAsync(5_000);

    await expect(keys.keyFor('key-2')).rejects.toBe(away);
    await expect(keys.keyFor('key-3')).rejects.toBe(away);
    expect(await knows('key-1')).toBe(true);
  });
});

describe('Before any key was told', () => {
  it('nothing can be said, and is asked for once a second', async () => {
    users.away = away;
    for (let tenths = 0; tenths < 20; tenths++) {
      await expect(keys.keyFor('key-1')).rejects.toBe(away);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(users.asked).toBe(2);

    users.away = undefined;
    expect(await knows('key-1')).toBe(true);
  });

  it('whatever else goes wrong is that the context is unavailable', async () => {
    users.away = new TypeError('placed nowhere');

    await expect(keys.keyFor('key-1')).rejects.toThrow(ContextUnavailable);
  });
});
