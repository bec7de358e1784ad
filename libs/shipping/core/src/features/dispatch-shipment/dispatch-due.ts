import { timer, type TimerOf, Uuid } from '@banyan/contracts';

/** The carrier is here to collect an order's goods. */
export const DispatchDue = timer('shipping.dispatch-due.v1', { orderId: Uuid }, { key: 'orderId' });
export type DispatchDue = TimerOf<typeof DispatchDue>;
