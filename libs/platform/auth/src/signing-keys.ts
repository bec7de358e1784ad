import type { KeyObject } from 'node:crypto';

/** The public keys under which access tokens are accepted. */
export abstract class SigningKeys {
  /**
   * The RSA public key that is called `kid`; undefined when there is none (any more).
   * Asked only for well-formed ids, and often: an implementation keeps what it knows.
   * @throws ContextUnavailable when that cannot be told at the moment.
   */
  abstract keyFor(kid: string): Promise<KeyObject | undefined>;
}
