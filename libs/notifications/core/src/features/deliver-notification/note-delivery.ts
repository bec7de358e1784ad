import { EventPublisher, Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NotificationSent } from '@shop/notifications/contract';
import type { Setback } from '../../domain/mailer';
import type { Notification } from '../../domain/notification';
import { Notifications } from '../../domain/notifications';
import { DeliveryDue } from './delivery-due';

/** What became of a mail. */
export type Delivery =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'unwanted' }
  | { readonly outcome: 'not-taken'; readonly setback: Setback; readonly why: string };

export class NoteDelivery extends Command<void> {
  constructor(
    readonly notificationId: string,
    readonly delivery: Delivery,
  ) {
    super();
  }
}

/** Notes what became of a mail, announces one that was sent, and has one that was not taken tried again. */
@CommandHandler(NoteDelivery)
export class NoteDeliveryHandler implements ICommandHandler<NoteDelivery> {
  constructor(
    private readonly notifications: Notifications,
    private readonly events: EventPublisher,
    private readonly timers: Timers,
    private readonly transaction: Transaction,
  ) {}

  async execute({ notificationId, delivery }: NoteDelivery): Promise<void> {
    await this.transaction.run(() =>
      this.notifications.change(notificationId, async (notification) => {
        if (delivery.outcome === 'unwanted') notification.suppress();
        else if (delivery.outcome === 'sent') {
          if (notification.sent()) await this.events.publish(notificationSent(notification));
        } else {
          const due = notification.setBack(delivery.setback, delivery.why, new Date());
          if (due) await this.timers.set(DeliveryDue({ notificationId }), { due });
        }
      }),
    );
  }
}

function notificationSent(notification: Notification) {
  const { id, customerId, template } = notification.snapshot();
  return NotificationSent({ notificationId: id, customerId, template });
}
