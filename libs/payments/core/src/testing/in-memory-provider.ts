import type { Money } from '../domain/money';
import {
  type CaptureOutcome,
  PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
} from '../domain/payment-provider';
import type { LedgerEntry } from '../domain/reconciliation';

/** What becomes of the next call: `lost` happens, and its reply does not come; `away` does not even happen. */
export type Weather = 'fine' | 'lost' | 'away';

/** A provider that keeps its promises, and whose weather the test makes. */
export class InMemoryProvider extends PaymentProvider {
  weather: Weather = 'fine';
  private readonly captures = new Map<string, CaptureOutcome>();
  private readonly entries: LedgerEntry[] = [];

  async capture(key: string, { amount, token }: { amount: Money; token: string }): Promise<CaptureOutcome> {
    return this.through(() => {
      if (!this.captures.has(key)) {
        this.captures.set(key, token === 'tok_declined' ? 'declined' : 'captured');
        if (token !== 'tok_declined') this.enter('captured', key, key, amount);
      }
      return this.captures.get(key)!;
    });
  }

  async void(key: string): Promise<CaptureOutcome> {
    return this.through(() => {
      if (!this.captures.has(key)) this.captures.set(key, 'voided');
      return this.captures.get(key)!;
    });
  }

  async refund(key: string, { captureKey, amount }: { captureKey: string; amount: Money }): Promise<void> {
    await this.through(() => {
      if (this.entries.some((entry) => entry.key === key)) return;
      if (amount.amount > this.balance(captureKey)) throw new ProviderRefused(409, 'more than was captured');
      this.enter('refunded', key, captureKey, amount);
    });
  }

  async ledger(after: number, limit: number): Promise<LedgerEntry[]> {
    return this.entries.slice(after, after + limit);
  }

  /** What it has of a capture: taken, less what went back. */
  balance = (captureKey: string): number =>
    this.sum('captured', captureKey) - this.sum('refunded', captureKey);

  /** How often it took money. */
  taken = (captureKey: string): number =>
    this.entries.filter(({ kind, key }) => kind === 'captured' && key === captureKey).length;

  sum = (kind: LedgerEntry['kind'], captureKey: string): number =>
    this.entries
      .filter((entry) => entry.kind === kind && entry.captureKey === captureKey)
      .reduce((total, { amount }) => total + amount.amount, 0);

  private enter(kind: LedgerEntry['kind'], key: string, captureKey: string, amount: Money): void {
    this.entries.push({ position: this.entries.length + 1, kind, key, captureKey, amount, at: new Date() });
  }

  private through<T>(act: () => T): T {
    if (this.weather === 'away') throw new ProviderUnavailable('the test says so');
    const result = act();
    if (this.weather === 'lost') throw new ProviderUnavailable('its reply was lost');
    return result;
  }
}
