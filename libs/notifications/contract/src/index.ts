import { contextContract, event, Uuid } from '@banyan/contracts';
import type { EventOf } from '@banyan/contracts';
import { z } from 'zod';

/** A person was told something; `template` says what of, such as order-confirmed. */
export const NotificationSent = event(
  'notifications.notification-sent.v1',
  { notificationId: Uuid, customerId: Uuid, template: z.string() },
  { key: 'customerId' },
);
export type NotificationSent = EventOf<typeof NotificationSent>;

/** What notifications tells. It answers no requests. */
export const notificationsContract = contextContract('notifications', { events: [NotificationSent] });
