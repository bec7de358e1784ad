import { at, users } from '../../testing/users';
import { SignInFailed, TooManyAttempts } from '../refusals';

describe('Signing in', () => {
  it('takes as much work for an e-mail that nobody has as for one that somebody has', async () => {
    const { register, signIn, passwords } = users();
    await register('ann@example.org', 'right password');

    await expect(signIn('ann@example.org', 'wrong')).rejects.toThrow(SignInFailed);
    expect(passwords.matched).toBe(1);
    await expect(signIn('nobody@example.org', 'wrong')).rejects.toThrow(SignInFailed);
    expect(passwords.matched).toBe(2);
  });

  it('is no work at all while there is a lock, for either', async () => {
    const { register, signIn, passwords } = users();
    await register('ann@example.org', 'right password');
    for (const email of ['ann@example.org', 'nobody@example.org']) {
      for (let time = 0; time < 5; time++) await expect(signIn(email, 'wrong')).rejects.toThrow(SignInFailed);
      passwords.matched = 0;

      await expect(signIn(email, 'right password', at(29))).rejects.toThrow(TooManyAttempts);

      expect(passwords.matched).toBe(0);
    }
  });

  it('says when to come back', async () => {
    const { signIn } = users();
    for (let time = 0; time < 5; time++) await signIn('nobody@example.org', 'wrong').catch(() => undefined);

    await expect(signIn('nobody@example.org', 'wrong', at(10))).rejects.toMatchObject({
      headers: { 'Retry-After': '20' },
    });
  });

  it('works again when the lock is over, and begins to count anew', async () => {
    const { register, signIn } = users();
    await register('ann@example.org', 'right password');
    for (let time = 0; time < 5; time++) await signIn('ann@example.org', 'wrong').catch(() => undefined);

    await signIn('ann@example.org', 'right password', at(30));

    for (let time = 0; time < 4; time++)
      await signIn('ann@example.org', 'wrong', at(31)).catch(() => undefined);
    await expect(signIn('ann@example.org', 'right password', at(31))).resolves.toBeDefined();
  });

  it('tells a guess that was right nothing, when others that began with it have led to a lock', async () => {
    const { register, signIn, passwords } = users();
    await register('ann@example.org', 'right password');
    let verify!: () => void;
    passwords.pause = new Promise((resolve) => (verify = resolve));
    const wrong = Array.from({ length: 5 }, (_, n) =>
      signIn('ann@example.org', `wrong ${n}`).catch((error: unknown) => error),
    );
    const right = signIn('ann@example.org', 'right password').catch((error: unknown) => error);
    verify();

    expect(await Promise.all(wrong)).toEqual(Array(5).fill(expect.any(SignInFailed)));
    expect(await right).toBeInstanceOf(TooManyAttempts);
  });
});
