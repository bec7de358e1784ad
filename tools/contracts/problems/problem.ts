/** Something that the checks found, in a sentence that says what to do. */
export interface Problem {
  /**
   * - `refused`: generating would hide it, so nothing is written while it stands
   * - `wrong`: the code must change
   * - `stale`: generating mends it
   * - `worth knowing`: no error
   */
  readonly level: 'refused' | 'wrong' | 'stale' | 'worth knowing';
  readonly text: string;
}

export const refused = (text: string): Problem => ({ level: 'refused', text });
export const wrong = (text: string): Problem => ({ level: 'wrong', text });
export const stale = (text: string): Problem => ({ level: 'stale', text });
export const worthKnowing = (text: string): Problem => ({ level: 'worth knowing', text });

/** What somebody takes upon himself when generating, each by name. */
export interface Allowed {
  /** Subscriptions that really ended: `inventory/reserve-stock`. */
  readonly removals: readonly string[];
  /** Messages that never left the machine of whoever changes them: `orders.order-placed.v1`. */
  readonly breaking: readonly string[];
}

/** The command that writes what the checks ask for. */
export const GENERATE = 'node -r ./tools/dev/register.js tools/contracts/generate.ts';
