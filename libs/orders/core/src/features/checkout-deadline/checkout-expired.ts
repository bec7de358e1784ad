import { timer, type TimerOf, Uuid } from '@banyan/contracts';

/** An order has waited for its confirmation as long as it may. */
export const CheckoutExpired = timer('orders.checkout-expired.v1', { orderId: Uuid }, { key: 'orderId' });
export type CheckoutExpired = TimerOf<typeof CheckoutExpired>;
