import type { Money } from './money';

/** Why nothing was taken. */
export type DeclineReason = 'card-declined' | 'order-cancelled';

/** Why money goes back. */
export type RefundReason = 'cancellation' | 'goodwill';

/** What can happen to a payment. Stored for ever, so that it changes by a new version and an upcaster only. */
export type PaymentEvent =
  | {
      readonly type: 'payment-requested';
      readonly orderId: string;
      readonly customerId: string;
      readonly amount: Money;
      /** Where the money comes from; never shown. */
      readonly token: string;
    }
  /** The order ended. May come first: then it is a tombstone that no capture gets past. */
  | { readonly type: 'cancellation-noted'; readonly orderId: string; readonly customerId: string }
  | { readonly type: 'captured' }
  | { readonly type: 'declined'; readonly reason: DeclineReason }
  | {
      readonly type: 'refund-requested';
      readonly refundId: string;
      readonly amount: Money;
      readonly reason: RefundReason;
      /** What staff wrote. */
      readonly note?: string;
    }
  | { readonly type: 'refunded'; readonly refundId: string };

/** An event with when it happened. */
export type Recorded = PaymentEvent & { readonly at: Date };

/** An event as a row has it, in whichever version it was written. */
export interface StoredEvent {
  readonly type: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What is written today; a type that is not named is in its first version. */
const VERSIONS: Readonly<Record<string, number>> = { 'payment-requested': 2 };

/** What each version lacks that the next one has, by type and by the version that it reads. */
const UPCASTERS: Readonly<
  Record<string, Readonly<Record<number, (data: StoredEvent['data']) => StoredEvent['data']>>>
> = {
  'payment-requested': {
    // An amount was a plain number once, with its currency beside it.
    1: ({ amount, currency, ...data }) => ({ ...data, amount: { amount, currency } }),
  },
};

/** As it is written today. */
export function storedOf({ type, at, ...data }: Recorded): StoredEvent {
  return { type, version: VERSIONS[type] ?? 1, data, at };
}

/** As it is read today, whenever it was written. @throws Error for a version that this code does not know yet */
export function recordedOf({ type, version, data, at }: StoredEvent): Recorded {
  const present = VERSIONS[type] ?? 1;
  if (version > present)
    throw new Error(`${type} was written in version ${version}; this code reads ${present}`);
  let read = data;
  for (let from = version; from < present; from++) read = UPCASTERS[type]![from]!(read);
  return { ...read, type, at } as Recorded;
}
