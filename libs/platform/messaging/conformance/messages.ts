import { event } from '@banyan/contracts';
import { eventually } from '@banyan/testing';
import { z } from 'zod';
import type { Grove, TestPolicy } from './grove';

/** What orders tells in most clauses: the number `n` about an order. */
export const Counted = event('orders.counted.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });

/** What inventory tells. */
export const Stored = event('inventory.stored.v1', { orderId: z.string(), n: z.int() }, { key: 'orderId' });

/** A policy that writes down, and does nothing else. */
export const notes = (
  grove: () => Grove,
  context: string,
  name: string,
  more: Partial<TestPolicy> = {},
): TestPolicy => ({
  on: Counted,
  name,
  handle: ({ orderId, n }, message) => grove().context(context).effect(message, orderId, n),
  ...more,
});

/** What handlers wait at until a clause opens it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** `[from, …, to - 1]` */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** Calls `outcome` until it no longer throws. A busy machine is given time. */
export const soon = <T>(outcome: () => T | Promise<T>): Promise<Exclude<T, false>> =>
  eventually(outcome, { timeoutMs: 20_000 });
