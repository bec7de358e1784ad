import { randomUUID } from 'node:crypto';
import type { Shop } from '../shop/start-shop';

/** What a refresh token is good for, once, and what becomes of one that somebody else has as well. */
export function keepSessions(shop: () => Shop): void {
  const password = 'correct horse battery';

  const someone = async () => {
    const account = { email: `${randomUUID()}@example.com`, password, name: 'Bea' };
    await shop().anybody().post('/users', account);
    const signIn = async () => {
      const { body } = await shop().anybody().post('/auth/login', { email: account.email, password });
      return body as { accessToken: string; refreshToken: string };
    };
    return { ...(await signIn()), signIn };
  };
  const refresh = (refreshToken: string) => shop().anybody().post('/auth/refresh', { refreshToken });

  describe('A refresh token', () => {
    it('that comes back after it was used ends all that came from its sign-in, and no other', async () => {
      const thief = await someone();
      const elsewhere = await thief.signIn();
      const next = await refresh(thief.refreshToken);
      const last = await refresh(next.body.refreshToken);

      const reused = await refresh(thief.refreshToken);

      expect([next.status, last.status]).toEqual([200, 200]);
      expect(reused).toMatchObject({ status: 401, body: { code: 'users.refresh-refused' } });
      expect((await refresh(last.body.refreshToken)).status).toBe(401);
      expect((await refresh(elsewhere.refreshToken)).status).toBe(200);
    });

    it('that several use at the same moment brings one of them the next, which is ended as well', async () => {
      const { refreshToken } = await someone();

      const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));

      const won = answers.filter(({ status }) => status === 200);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(401)]);
      expect((await refresh(won[0]!.body.refreshToken)).status).toBe(401);
    });

    it('is worth nothing after signing out, and never opens what an access token does', async () => {
      const { accessToken, refreshToken } = await someone();
      const me = (token: string) =>
        shop()
          .anybody()
          .get('/users/me', { headers: { authorization: `Bearer ${token}` } });

      const [asAccess, asRefresh] = [await me(refreshToken), await refresh(accessToken.slice(0, 200))];
      const out = await shop().anybody().post('/auth/logout', { refreshToken });

      expect([asAccess.status, asRefresh.status, out.status]).toEqual([401, 401, 204]);
      expect((await refresh(refreshToken)).status).toBe(401);
    });

    it('is nowhere in the database, nor is a password', async () => {
      const { refreshToken } = await someone();
      const { name } = (await shop().sql('SELECT current_database() AS name'))[0];

      const found = await shop().sql(
        `SELECT query_to_xml('TABLE users.' || quote_ident(table_name), true, false, '')::text AS text
           FROM information_schema.tables WHERE table_catalog = $1 AND table_schema = 'users'`,
        [name],
      );

      expect(found.length).toBeGreaterThan(5);
      for (const { text } of found) {
        expect(text).not.toContain(refreshToken);
        expect(text).not.toContain(password);
      }
    });
  });

  describe('Whoever guesses', () => {
    it('is told the same of a wrong password as of nobody’s e-mail', async () => {
      const { body: known } = await shop()
        .anybody()
        .post('/auth/login', { email: 'ann@example.com', password: 'wrong' });
      const { body: unknown } = await shop()
        .anybody()
        .post('/auth/login', { email: `${randomUUID()}@example.com`, password: 'wrong' });

      expect(known).toMatchObject({ status: 401, code: 'users.sign-in-failed' });
      expect({ ...known, instance: '' }).toEqual({ ...unknown, instance: '' });
    });
  });
}
