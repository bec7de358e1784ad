import { Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Notification } from '../../domain/notification';
import { Notifications } from '../../domain/notifications';
import { Recipients } from '../../domain/recipients';
import type { Words } from '../../domain/templates';
import { DeliveryDue } from '../deliver-notification/delivery-due';

export class TellCustomer extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly causeId: string,
    readonly words: Words,
  ) {
    super();
  }
}

/** Records what a person is to be told, once per cause. It waits for knowing where to reach them, if that is not known yet. */
@CommandHandler(TellCustomer)
export class TellCustomerHandler implements ICommandHandler<TellCustomer> {
  constructor(
    private readonly recipients: Recipients,
    private readonly notifications: Notifications,
    private readonly timers: Timers,
    private readonly transaction: Transaction,
  ) {}

  async execute({ customerId, causeId, words }: TellCustomer): Promise<void> {
    const now = new Date();
    const notificationId = uuidv7();
    const notification = Notification.of({ id: notificationId, customerId, causeId, ...words }, now);
    await this.transaction.run(() =>
      this.recipients.change(customerId, async (recipient) => {
        if (!(await this.notifications.add(notification)) || !recipient.address) return;
        await this.timers.set(DeliveryDue({ notificationId }), { due: now });
      }),
    );
  }
}
