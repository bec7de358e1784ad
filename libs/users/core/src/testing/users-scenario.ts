import { Scenario } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import { UsersModule } from '../users.module';

/** Hashes that cost next to nothing. */
export const QUICK = { USERS_ARGON2_MEMORY_KIB: '8', USERS_ARGON2_PASSES: '1' };

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export const PASSWORD = 'correct horse battery';

/** Users alone, as it runs in production, with the settings of `env`. */
export async function usersScenario(env: Readonly<Record<string, string>> = {}) {
  Object.assign(process.env, QUICK, env);
  const scenario = await Scenario.of(UsersModule);

  const register = (body: object, key?: string) => scenario.http('POST /users', { body, key });
  const signIn = (email: string, password = PASSWORD) =>
    scenario.http('POST /auth/login', { body: { email, password } });
  return {
    scenario,
    register,
    signIn,
    refresh: (refreshToken: string) => scenario.http('POST /auth/refresh', { body: { refreshToken } }),
    signOut: (refreshToken: string) => scenario.http('POST /auth/logout', { body: { refreshToken } }),
    /** A customer whom nobody knew before, signed in. */
    async someone(name = 'Bea') {
      const email = `${name.toLowerCase()}.${randomUUID()}@example.org`;
      const { id } = (await register({ email, password: PASSWORD, name })).body as { id: string };
      const tokens = (await signIn(email)).body as Tokens;
      const me = (what: string, body?: unknown, key?: string) => {
        const [method, path] = what.split(' ');
        return scenario.http(`${method} /users/me${path ?? ''}`, { token: tokens.accessToken, body, key });
      };
      return { id, email, name, ...tokens, me };
    },
  };
}

export type UsersScenario = Awaited<ReturnType<typeof usersScenario>>;
