import { Problem } from './problem';

/** How a token behaves. Every field is optional: tok_ok has none. */
export interface Behaviour {
  /** Why it is declined. */
  readonly declined?: string;
  /** How many tries of a key fail before one works. */
  readonly failures?: number;
  /** Whether it thinks for a while. */
  readonly slow?: boolean;
  /** Whether the connection is cut, once per key, after the money was taken. */
  readonly losesReply?: boolean;
}

const TOKENS: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['tok_ok', {}],
  ['tok_declined', { declined: 'card-declined' }],
  ['tok_slow', { slow: true }],
  ['tok_flaky', { failures: 2 }],
  ['tok_lost_reply', { losesReply: true }],
]);

export const behaviourOf = (token: string): Behaviour => TOKENS.get(token) ?? { declined: 'unknown-token' };

export const outOfOrder = () =>
  new Problem(503, 'out-of-order', 'The card network does not answer; try again');
