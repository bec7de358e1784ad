import { timer, type TimerOf, Uuid } from '@banyan/contracts';

/** A notification is to be mailed. */
export const DeliveryDue = timer(
  'notifications.delivery-due.v1',
  { notificationId: Uuid },
  { key: 'notificationId' },
);
export type DeliveryDue = TimerOf<typeof DeliveryDue>;
