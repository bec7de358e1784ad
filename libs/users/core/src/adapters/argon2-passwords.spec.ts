import { hash, parseOptions, verify } from '@node-rs/argon2';
import { UsersSettings } from '../users-settings';
import { Argon2Passwords } from './argon2-passwords';

const QUICK = { memoryKib: 8, passes: 1, atOnce: 2, queue: 3 };

/** The library, with a count of what it is asked, and a gate that holds it up. */
function watched(settings = QUICK) {
  const verified: string[] = [];
  let working = 0;
  let most = 0;
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const gated = async <T>(work: () => Promise<T>): Promise<T> => {
    most = Math.max(most, ++working);
    await gate;
    return work().finally(() => working--);
  };
  const passwords = new Argon2Passwords(settings, {
    hash: (password, options) => gated(() => hash(password, options)),
    verify: (hashed, password) => {
      verified.push(String(hashed));
      return gated(() => verify(hashed, password));
    },
  });
  return { passwords, verified, open, most: () => most };
}

describe('Passwords under argon2id', () => {
  it('are hashed as OWASP has it, and no two alike', async () => {
    const passwords = new Argon2Passwords(new UsersSettings({}).argon2);

    const [one, other] = await Promise.all([passwords.hash('a password'), passwords.hash('a password')]);

    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await passwords.match('a password', one)).toBe(true);
    expect(await passwords.match('A password', one)).toBe(false);
  });

  it('are the same from whichever keyboard', async () => {
    const passwords = new Argon2Passwords(QUICK);

    expect(await passwords.match('cafe\u0301 au lait', await passwords.hash('caf\u00e9 au lait'))).toBe(true);
  });

  it('are verified for nobody as for somebody, against a hash that costs the same', async () => {
    const { passwords, verified, open } = watched();
    open();
    const somebodys = await passwords.hash('a password');

    expect(await passwords.match('a password', undefined)).toBe(false);
    expect(await passwords.match('another', undefined)).toBe(false);

    expect(verified).toHaveLength(2);
    const { salt: _, ...cost } = { salt: '', ...parseOptions(verified[0]!) };
    expect(cost).toEqual(parseOptions(somebodys));
  });

  it('are hashed two at a time, while three wait, and the next is told to come back', async () => {
    const { passwords, open, most } = watched();
    const hashing = Array.from({ length: 5 }, (_, n) => passwords.hash(`password ${n}`));

    await expect(passwords.hash('one too many')).rejects.toMatchObject({
      code: 'users.too-busy',
      status: 503,
      headers: { 'Retry-After': '2' },
    });
    open();

    expect(new Set(await Promise.all(hashing)).size).toBe(5);
    expect(most()).toBe(2);
    await expect(passwords.hash('later')).resolves.toBeDefined();
  });

  it('make way for the next when one cannot be read', async () => {
    const passwords = new Argon2Passwords({ ...QUICK, atOnce: 1 });

    const broken = passwords.match('a password', 'no hash');
    const next = passwords.hash('a password');

    await expect(broken).rejects.toThrow();
    await expect(next).resolves.toBeDefined();
  });
});
