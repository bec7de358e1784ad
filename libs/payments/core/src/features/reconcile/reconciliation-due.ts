import { timer, type TimerOf } from '@banyan/contracts';
import { z } from 'zod';

/** Our books are to be compared with the provider's. There is one pair of books, and so one such timer. */
export const ReconciliationDue = timer(
  'payments.reconciliation-due.v1',
  { books: z.literal('provider') },
  { key: 'books' },
);
export type ReconciliationDue = TimerOf<typeof ReconciliationDue>;
