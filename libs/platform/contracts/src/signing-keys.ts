import { z } from 'zod';
import { Instant } from './values';
import { request, type ReplyOf } from './request';

/**
 * Which public keys verify access tokens now? Answered by the context that signs them, in place of whoever hosts it;
 * declared here, because every deployable asks it and platform may not know a context.
 * Keys are JWKs for RS256 signatures; one that is announced before it signs is among them.
 * @see https://www.rfc-editor.org/rfc/rfc7517
 */
export const SigningKeys = request('users.signing-keys.v1', {
  request: {},
  reply: {
    keys: z.array(
      z.object({
        kid: z.string(),
        kty: z.literal('RSA'),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
        n: z.string(),
        e: z.string(),
      }),
    ),
    /** When the set was read. */
    at: Instant,
  },
});
export type PublicKeys = ReplyOf<typeof SigningKeys>;
