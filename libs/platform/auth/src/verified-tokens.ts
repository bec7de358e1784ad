import type { Verified } from './jwt-strategy';

/**
 * Tokens that were verified lately, so that the same one costs its signature once a minute and not with every request.
 * The least recently verified goes first.
 */
export class VerifiedTokens {
  private readonly tokens = new Map<string, { readonly verified: Verified; readonly untilMs: number }>();

  /** A key that is withdrawn, or a token that expires, counts at most `trustedMs` longer, and never beyond its expiry. */
  constructor(
    private readonly capacity = 2_000,
    private readonly trustedMs = 60_000,
  ) {}

  get(token: string, nowMs: number): Verified | undefined {
    const entry = this.tokens.get(token);
    if (entry && entry.untilMs > nowMs) return entry.verified;
    if (entry) this.tokens.delete(token);
    return undefined;
  }

  add(token: string, verified: Verified, nowMs: number): void {
    const untilMs = Math.min(nowMs + this.trustedMs, verified.expiresAt * 1_000);
    this.tokens.delete(token);
    this.tokens.set(token, { verified, untilMs });
    if (this.tokens.size > this.capacity) this.tokens.delete(this.tokens.keys().next().value!);
  }
}
