import { pageOf, Uuid } from '@banyan/http';
import { z } from 'zod';

const NotificationBody = z
  .object({
    id: Uuid,
    template: z.string(),
    subject: z.string(),
    text: z.string(),
    at: z.iso.datetime(),
    status: z.enum(['pending', 'sent', 'suppressed', 'failed']),
  })
  .meta({ id: 'Notification' });

export const NotificationPage = pageOf(NotificationBody);
