import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { AccessTokens } from '../domain/access-tokens';
import { Account } from '../domain/account';
import { FORGOTTEN_AFTER_MS } from '../domain/failed-sign-ins';
import { hashOfToken, newRefreshToken, RefreshFamily } from '../domain/refresh-family';
import { RefreshSignIn, RefreshSignInHandler } from '../features/refresh-sign-in/refresh-sign-in';
import { RefreshRefused } from '../features/refusals';
import { SignOut, SignOutHandler } from '../features/sign-out/sign-out';
import { accounts as migration } from './migrations/0001-accounts';
import { PostgresAccounts } from './postgres-accounts';
import { PostgresFailedSignIns } from './postgres-failed-sign-ins';
import { PostgresRefreshFamilies } from './postgres-refresh-families';

const LIFE_MS = 1_000_000;
const at = (ms: number) => new Date(Date.UTC(2026, 10, 1) + ms);
const ann = uuidv7();

let users: ContextDatabase;
let families: PostgresRefreshFamilies;
let failures: PostgresFailedSignIns;
let refresh: (token: string, now: Date) => Promise<string | undefined>;
let signOut: (token: string) => Promise<void>;

beforeAll(async () => {
  Logger.overrideLogger(false);
  users = await contextDatabase({ name: 'users', migrations: [migration] });
  const { database } = users;
  families = new PostgresRefreshFamilies(database);
  failures = new PostgresFailedSignIns(database);
  const accounts = new PostgresAccounts(database);
  await accounts.add(
    Account.register({
      id: ann,
      email: 'ann@example.org',
      name: 'Ann',
      passwordHash: '',
      roles: ['customer'],
      registeredAt: at(0),
    }),
  );
  const accessTokens: AccessTokens = { issue: async ({ id }) => ({ token: id, lifeMs: 0 }) };
  const refreshing = new RefreshSignInHandler(families, accounts, accessTokens, database);
  const signingOut = new SignOutHandler(families, database);
  refresh = async (token, now) =>
    (await refreshing.execute(new RefreshSignIn(token, now)).catch(refused))?.refreshToken;
  signOut = (token) => signingOut.execute(new SignOut(token));
});
afterAll(() => users.drop());

function refused(error: unknown): undefined {
  if (!(error instanceof RefreshRefused)) throw error;
}

/** Signs Ann in at `now`, and returns her refresh token. */
async function signIn(now = at(0)): Promise<string> {
  const { token, tokenHash } = newRefreshToken();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  await families.add(RefreshFamily.begin({ id: uuidv7(), accountId: ann, tokenHash, expiresAt }));
  return token;
}

const rows = async (table: string) => (await users.database.query(`SELECT * FROM ${table}`)).length;

describe('Refresh tokens in PostgreSQL', () => {
  it('are kept as hashes only', async () => {
    const first = await signIn();
    const second = (await refresh(first, at(1)))!;

    const kept = JSON.stringify([
      await users.database.query('SELECT * FROM refresh_tokens'),
      await users.database.query('SELECT * FROM refresh_families'),
    ]);
    expect(kept).toContain(hashOfToken(first));
    expect(kept).toContain(hashOfToken(second));
    expect(kept).not.toContain(first);
    expect(kept).not.toContain(second);
  });

  it('are gone with their family when that has expired', async () => {
    await users.database.query('DELETE FROM refresh_families');
    await refresh(await signIn(at(0)), at(1));
    const later = await signIn(at(5_000));

    await families.trim(at(LIFE_MS));

    expect([await rows('refresh_families'), await rows('refresh_tokens')]).toEqual([1, 1]);
    expect(await refresh(later, at(LIFE_MS))).toBeDefined();
  });

  it('count until their sign-in is so old, however often they were refreshed', async () => {
    const [token, other] = [await signIn(), await signIn()];
    const next = (await refresh(token, at(LIFE_MS - 1)))!;

    expect([await refresh(next, at(LIFE_MS)), await refresh(other, at(LIFE_MS))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  /** What should become of a sign-in: its only good token, until something ends it. */
  interface Modelled {
    readonly began: number;
    readonly issued: string[];
    alive: boolean;
  }
  const action = fc.oneof(
    { weight: 1, arbitrary: fc.record({ does: fc.constant('sign in' as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant('refresh' as const),
        whose: fc.nat(),
        /** Counted from the newest; the newest twice as often. */
        which: fc.oneof(fc.constant(0), fc.nat(3)),
        atOnce: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 4 })),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant('sign out' as const), whose: fc.nat(), which: fc.nat(3) }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.nat(2 * LIFE_MS) }) },
  );

  it('do what a family does, whoever uses which, when, and how many at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const modelled: Modelled[] = [];
        let now = 0;
        const begin = async () => modelled.push({ began: now, issued: [await signIn(at(now))], alive: true });
        await begin();

        for (const each of actions) {
          if (each.does === 'wait') now += each.ms;
          if (each.does === 'sign in') await begin();
          if (each.does !== 'refresh' && each.does !== 'sign out') continue;
          const family = modelled[each.whose % modelled.length]!;
          const token = family.issued.at(-1 - (each.which % family.issued.length))!;
          if (each.does === 'sign out') {
            await signOut(token);
            family.alive = false;
            continue;
          }
          const good = family.alive && now < family.began + LIFE_MS && token === family.issued.at(-1);

          const answers = await Promise.all(
            Array.from({ length: each.atOnce }, () => refresh(token, at(now))),
          );

          const next = answers.filter((answer) => answer !== undefined);
          expect(next).toHaveLength(good ? 1 : 0);
          family.issued.push(...next);
          if (!good || each.atOnce > 1) family.alive = false;
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('Failed sign-ins in PostgreSQL', () => {
  const fail = (email: string, now = at(0)) =>
    users.database.run(() => failures.change(email, (failed) => failed.fail(now)));

  it('are counted one by one, however many come at once, also for the first time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => fail('Ann@example.org')));

    expect((await failures.of('ann@example.org')).snapshot()).toEqual({ failures: 20, lastAt: at(0) });
  });

  it('are kept without the address that they are about', async () => {
    await fail('somebody@example.org');

    const kept = JSON.stringify(await users.database.query('SELECT * FROM failed_sign_ins'));
    expect(kept).not.toContain('somebody');
  });

  it('leave nothing when they are forgotten, nor where there were none', async () => {
    await users.database.query('DELETE FROM failed_sign_ins');
    await fail('ann@example.org');
    await fail('bob@example.org', at(1));

    await users.database.run(() => failures.change('ann@example.org', (failed) => failed.forget()));
    await users.database.run(() => failures.change('eve@example.org', (failed) => failed.forget()));
    expect(await rows('failed_sign_ins')).toBe(1);
    await failures.trim(at(FORGOTTEN_AFTER_MS));
    expect(await rows('failed_sign_ins')).toBe(1);
    await failures.trim(at(FORGOTTEN_AFTER_MS + 1));
    expect(await rows('failed_sign_ins')).toBe(0);
  });
});
