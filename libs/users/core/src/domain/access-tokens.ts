import type { Role } from './account';

export interface AccessToken {
  readonly token: string;
  readonly lifeMs: number;
}

/** Says in writing who somebody is, for whoever verifies it. */
export abstract class AccessTokens {
  /** @throws ContextUnavailable while there is no key to sign with, or it cannot be opened. */
  abstract issue(
    person: { readonly id: string; readonly roles: readonly Role[] },
    now: Date,
  ): Promise<AccessToken>;
}
