import { timer, type TimerOf, Uuid } from '@banyan/contracts';

/** An order was delivered long enough ago to be closed. */
export const CompletionDue = timer('orders.completion-due.v1', { orderId: Uuid }, { key: 'orderId' });
export type CompletionDue = TimerOf<typeof CompletionDue>;
