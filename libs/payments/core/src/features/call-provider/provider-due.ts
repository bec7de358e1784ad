import { timer, type TimerOf, Uuid } from '@banyan/contracts';
import { z } from 'zod';

/** The provider is to do what is next for a payment. `attempt` counts from 1 how often that was tried. */
export const ProviderDue = timer(
  'payments.provider-due.v1',
  { paymentId: Uuid, attempt: z.int().min(1) },
  { key: 'paymentId' },
);
export type ProviderDue = TimerOf<typeof ProviderDue>;
