import type { Money } from './money';
import type { Refund } from './payment';
import type { LedgerEntry } from './reconciliation';

/** What is to be done at the provider. Done again under its key, it is done once. */
export type ProviderTask =
  | { readonly do: 'capture'; readonly key: string; readonly amount: Money; readonly token: string }
  | { readonly do: 'void'; readonly key: string }
  | { readonly do: 'refund'; readonly key: string; readonly captureKey: string; readonly refund: Refund };

/** What became of a capture. `voided`: it never happened, and never will. */
export type CaptureOutcome = 'captured' | 'declined' | 'voided';

/**
 * Who takes the money. Each call carries a business key: repeated, it is answered alike. All throw `ProviderUnavailable`
 * when it is not known whether the call arrived, and `ProviderRefused` when it must not be repeated as it is.
 */
export abstract class PaymentProvider {
  abstract capture(
    key: string,
    payment: { readonly amount: Money; readonly token: string },
  ): Promise<CaptureOutcome>;

  /** Makes sure that a capture that did not happen never will. */
  abstract void(key: string): Promise<CaptureOutcome>;

  abstract refund(
    key: string,
    refund: { readonly captureKey: string; readonly amount: Money },
  ): Promise<void>;

  /** At most `limit` entries of its ledger after a position, in order. */
  abstract ledger(after: number, limit: number): Promise<LedgerEntry[]>;
}

/** It did not answer, or not in time, or that it cannot now. The call may have arrived: repeat it under the same key. */
export class ProviderUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The payment provider is unavailable: ${reason}`, options);
    this.name = 'ProviderUnavailable';
  }
}

/** It understood, and refuses: a mistake of ours, which repeating does not mend. Somebody has to look. */
export class ProviderRefused extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(`The payment provider refuses (${status}): ${reason}`);
    this.name = 'ProviderRefused';
  }
}
