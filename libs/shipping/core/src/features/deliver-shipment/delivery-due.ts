import { timer, type TimerOf, Uuid } from '@banyan/contracts';

/** The carrier rings at the door with an order's goods. */
export const DeliveryDue = timer('shipping.delivery-due.v1', { orderId: Uuid }, { key: 'orderId' });
export type DeliveryDue = TimerOf<typeof DeliveryDue>;
