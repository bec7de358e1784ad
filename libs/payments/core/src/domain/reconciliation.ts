import type { Money } from './money';

/** What the provider has in its own books. */
export interface LedgerEntry {
  /** Counts from 1, without gaps. */
  readonly position: number;
  readonly kind: 'captured' | 'refunded';
  readonly key: string;
  /** Key of the capture that it belongs to: its own, or that of what went back. */
  readonly captureKey: string;
  readonly amount: Money;
  readonly at: Date;
}

/**
 * How the two books differ: the provider did what we do not know of, or did not what we believe, did it with another amount,
 * or twice.
 */
export type DiscrepancyKind = 'unknown-here' | 'unknown-there' | 'amount-differs' | 'made-twice';

export interface Discrepancy {
  readonly id: string;
  readonly kind: DiscrepancyKind;
  /** The business key. */
  readonly key: string;
  readonly captureKey: string;
  /** By our books, and by the provider's. */
  readonly ours?: Money;
  readonly theirs?: Money;
  readonly foundAt: Date;
  /** When both books agreed again. */
  readonly settledAt?: Date;
}

/** Our books beside a copy of the provider's. */
export abstract class Reconciliation {
  /** Of the last entry that was copied; 0 before the first. */
  abstract position(): Promise<number>;

  /**
   * Copies entries, and compares what neither side has matched yet, as far as it is older than `until`: what is younger may
   * be under way. Keeps what differs, settles what does no longer, and returns all that stands open.
   */
  abstract compare(entries: readonly LedgerEntry[], until: Date, now: Date): Promise<Discrepancy[]>;

  /** The latest first, `limit` at most, going on after `after`. */
  abstract discrepancies(page: { readonly limit: number; readonly after?: string }): Promise<Discrepancy[]>;
}
