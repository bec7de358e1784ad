import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../shop/visitor';

/** What clients were told, to be held against what the shop did. */
export class History {
  /** Ids of accepted orders, by the key under which each was asked for. */
  readonly orders = new Map<string, string>();
  readonly cancellations: { readonly orderId: string; readonly accepted: boolean }[] = [];
  readonly refunds: { readonly id: string; readonly paymentId: string; readonly amount: number }[] = [];
  readonly receipts: { readonly id: string; readonly sku: string; readonly quantity: number }[] = [];
  /** Ids of orders whose parcels staff gave up. */
  readonly losses: string[] = [];
  /** How often each status was seen; 0 for no answer at all. */
  readonly statuses: Record<number, number> = {};
  /** What nobody should ever be told. */
  readonly oddities: string[] = [];

  /**
   * Tries until there is an answer that trying again will not better, and returns it if its status is one of `expected`;
   * any other is odd.
   */
  async insist(
    what: string,
    expected: readonly number[],
    act: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await act().catch(() => undefined);
      const status = answer?.status ?? 0;
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      if (answer && expected.includes(status)) return answer;
      if (answer && status !== 503) {
        this.oddities.push(`${what} was answered ${status} ${JSON.stringify(answer.body)}`);
        return undefined;
      }
      if (Date.now() > deadline) {
        this.oddities.push(
          `${what} had no answer for a minute; at last ${status} ${JSON.stringify(answer?.body)}`,
        );
        return undefined;
      }
      await sleep(50);
    }
  }
}
