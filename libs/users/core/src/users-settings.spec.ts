import { UsersSettings } from './users-settings';

describe('The settings of users', () => {
  it('are OWASP’s for passwords, and what the README says', () => {
    const { argon2, lockout, keys, keySecret, refreshLifeMs } = new UsersSettings({});

    expect(argon2).toMatchObject({ memoryKib: 19_456, passes: 2, queue: 200 });
    expect(lockout).toEqual({ failures: 5, firstMs: 30_000, longestMs: 900_000 });
    expect(keys).toEqual({ rotationMs: 30 * 86_400_000, tokenLifeMs: 600_000 });
    expect([keySecret, refreshLifeMs]).toEqual([undefined, 30 * 86_400_000]);
  });

  it.each([
    ['USERS_ARGON2_MEMORY_KIB', '7'],
    ['USERS_ARGON2_PASSES', '0'],
    ['USERS_ARGON2_QUEUE', '-1'],
    ['USERS_LOCKOUT_FAILURES', 'five'],
    ['USERS_LOCKOUT_FIRST', '30'],
    ['USERS_KEY_ROTATION', '21m'],
    ['USERS_KEY_SECRET', 'a short one'],
    ['USERS_REFRESH_LIFE', '1.5d'],
  ])('refuse %s="%s" by name', (name, text) => {
    expect(() => new UsersSettings({ [name]: text })).toThrow(name);
  });
});
