import { createHash, randomBytes } from 'node:crypto';

/** A token that nobody can guess (256 bits), and the hash of it, which is all that we keep. */
export function newRefreshToken(): { readonly token: string; readonly tokenHash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashOfToken(token) };
}

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

export interface RefreshFamilyState {
  readonly id: string;
  readonly accountId: string;
  /** Of the only token that still counts. */
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** What became of a token that was handed in for the next one. */
export type Rotation = 'rotated' | 'reused' | 'expired';

/**
 * All refresh tokens that come from one sign-in, each of which replaced the one before. One that was replaced and turns
 * up again is in two hands, and nobody can tell whose: the family ends.
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export class RefreshFamily {
  private constructor(private state: RefreshFamilyState) {}

  static begin = (state: RefreshFamilyState): RefreshFamily => new RefreshFamily(state);

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: RefreshFamilyState): RefreshFamily => new RefreshFamily(state);

  get accountId(): string {
    return this.state.accountId;
  }

  /** Lets the next token take the place of the one that is handed in. Nothing changes unless it says `rotated`. */
  rotate(tokenHash: string, next: { readonly tokenHash: string; readonly now: Date }): Rotation {
    if (next.now >= this.state.expiresAt) return 'expired';
    if (tokenHash !== this.state.tokenHash) return 'reused';
    this.state = { ...this.state, tokenHash: next.tokenHash };
    return 'rotated';
  }

  snapshot = (): RefreshFamilyState => this.state;
}

/** The families of which somebody is signed in. */
export abstract class RefreshFamilies {
  abstract add(family: RefreshFamily): Promise<void>;

  /**
   * Changes the family in which this token was ever issued; undefined is handed on when there is none. Those who change
   * the same one take turns. The family is removed when `change` resolves with `end: true`.
   */
  abstract change<T extends { readonly end: boolean }>(
    tokenHash: string,
    change: (family: RefreshFamily | undefined) => Promise<T>,
  ): Promise<T>;

  /** Removes those that have expired. */
  abstract trim(now: Date): Promise<void>;
}
