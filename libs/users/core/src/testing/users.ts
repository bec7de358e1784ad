import { inMemorySeam } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import type { AccessTokens } from '../domain/access-tokens';
import { ChangeProfile, ChangeProfileHandler } from '../features/change-profile/change-profile';
import { RefreshSignIn, RefreshSignInHandler } from '../features/refresh-sign-in/refresh-sign-in';
import { PrepareAccount, PrepareAccountHandler } from '../features/register/prepare-account';
import { Register, RegisterHandler } from '../features/register/register';
import { SignIn, SignInHandler } from '../features/sign-in/sign-in';
import { SignOut, SignOutHandler } from '../features/sign-out/sign-out';
import { UsersSettings } from '../users-settings';
import { InMemoryAccounts } from './in-memory-accounts';
import { InMemoryFailedSignIns } from './in-memory-failed-sign-ins';
import { InMemoryRefreshFamilies } from './in-memory-refresh-families';
import { PlainPasswords } from './plain-passwords';

/** Names the person, and nothing else. */
const accessTokens: AccessTokens = {
  issue: async ({ id, roles }) => ({ token: `${id} ${roles.join(' ')}`, lifeMs: 600_000 }),
};

/** The rules of users, without a database, on a day that begins at `at(0)`. */
export function users() {
  const { events, transaction } = inMemorySeam();
  const settings = new UsersSettings({});
  const accounts = new InMemoryAccounts();
  const passwords = new PlainPasswords();
  const failures = new InMemoryFailedSignIns();
  const families = new InMemoryRefreshFamilies();
  const prepare = new PrepareAccountHandler(accounts, passwords);
  const register = new RegisterHandler(accounts, events, transaction);
  const rename = new ChangeProfileHandler(accounts, events, transaction);
  const signIn = new SignInHandler(
    accounts,
    passwords,
    failures,
    families,
    accessTokens,
    settings,
    transaction,
  );
  const refresh = new RefreshSignInHandler(families, accounts, accessTokens, transaction);
  const signOut = new SignOutHandler(families, transaction);

  return {
    passwords,
    published: events.published,
    register: async (email: string, password: string) => {
      const id = uuidv7();
      const passwordHash = await prepare.execute(new PrepareAccount(email, password));
      const person = { id, email, name: 'Ann', roles: ['customer'] as const, registeredAt: at(0) };
      await register.execute(new Register({ ...person, passwordHash }));
      return id;
    },
    rename: (accountId: string, name: string) => rename.execute(new ChangeProfile(accountId, name)),
    signIn: (email: string, password: string, now = at(0)) =>
      signIn.execute(new SignIn(email, password, now)),
    refresh: (token: string, now = at(0)) => refresh.execute(new RefreshSignIn(token, now)),
    signOut: (token: string) => signOut.execute(new SignOut(token)),
  };
}

/** So many seconds after the day began. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 1) + seconds * 1_000);
