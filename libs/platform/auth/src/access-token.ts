import { ExtractJwt } from 'passport-jwt';
import { ROLES, type Person, type Role } from './person';

/** What an access token of ours always is. @see https://www.rfc-editor.org/rfc/rfc9068 */
export const TOKEN = { issuer: 'banyan', audience: 'banyan-api', algorithm: 'RS256', typ: 'at+jwt' } as const;

/** Reads `Authorization: Bearer …`; null without one. */
export const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken();

const KID = /^[A-Za-z0-9_-]{1,128}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A token is no access token of ours; the message says why, and may be told. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/**
 * The key id that a token names, once its header is one of ours: RS256, `at+jwt`, and nothing critical that we would
 * have to understand. Keys that a header brings along (`jwk`, `jku`, `x5c`) are never looked at.
 * @throws TokenRefused
 */
export function keyIdOf(token: string): string {
  const header = headerOf(token);
  const { alg, typ, kid, crit } = header;
  if (alg !== TOKEN.algorithm) throw new TokenRefused('The token is not signed with RS256');
  if (typeof typ !== 'string' || typ.toLowerCase().replace(/^application\//, '') !== TOKEN.typ) {
    throw new TokenRefused('The token is no access token (at+jwt)');
  }
  if (crit !== undefined || header['b64'] !== undefined)
    throw new TokenRefused('The token has extensions that are not understood');
  if (typeof kid !== 'string' || !KID.test(kid)) throw new TokenRefused('The token names no key');
  return kid;
}

function headerOf(token: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString('utf8'));
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new TokenRefused('The token is malformed');
}

/** The person that verified claims speak of. Roles that we do not know count for nothing. @throws TokenRefused */
export function personOf({ sub, roles, exp }: Record<string, unknown>): Person {
  if (typeof exp !== 'number') throw new TokenRefused('The token never expires');
  if (typeof sub !== 'string' || !UUID.test(sub)) throw new TokenRefused('The token names no person');
  if (!Array.isArray(roles)) throw new TokenRefused('The token names no roles');
  const known = ROLES.filter((role) => (roles as unknown[]).includes(role));
  return Object.freeze({ id: sub.toLowerCase(), roles: Object.freeze(known) as readonly Role[] });
}
