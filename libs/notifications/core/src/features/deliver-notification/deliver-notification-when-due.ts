import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { Mailer, MailNotTaken } from '../../domain/mailer';
import { Notifications } from '../../domain/notifications';
import { Recipients } from '../../domain/recipients';
import { DeliveryDue } from './delivery-due';
import { type Delivery, NoteDelivery } from './note-delivery';

/** Mails at least once, under the key of the cause; what its reader wants is looked up for each attempt. */
@Policy(DeliveryDue, 'deliver-notification')
export class DeliverNotificationWhenDue {
  constructor(
    private readonly notifications: Notifications,
    private readonly recipients: Recipients,
    private readonly mailer: Mailer,
    private readonly commands: CommandBus,
  ) {}

  async prepare({ notificationId }: DeliveryDue): Promise<Delivery | undefined> {
    const notification = await this.notifications.get(notificationId);
    const recipient = await this.recipients.get(notification.customerId);
    if (!notification.isPending || !recipient.address) return undefined;
    if (!recipient.wants(notification.template)) return { outcome: 'unwanted' };
    try {
      await this.mailer.send(notification.mailTo(recipient.address));
      return { outcome: 'sent' };
    } catch (error) {
      if (!(error instanceof MailNotTaken)) throw error;
      return { outcome: 'not-taken', setback: error.setback, why: error.message };
    }
  }

  async handle({ notificationId }: DeliveryDue, delivery: Delivery | undefined): Promise<void> {
    if (delivery) await this.commands.execute(new NoteDelivery(notificationId, delivery));
  }
}
