import { Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Notifications } from '../../domain/notifications';
import type { Facts } from '../../domain/recipient';
import { Recipients } from '../../domain/recipients';
import { DeliveryDue } from '../deliver-notification/delivery-due';

export class KeepRecipient extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly facts: Facts,
    readonly said: 'registered' | 'changed',
  ) {
    super();
  }
}

/** Keeps what a person says of themselves, and lets go of what waited for knowing where to reach them. */
@CommandHandler(KeepRecipient)
export class KeepRecipientHandler implements ICommandHandler<KeepRecipient> {
  constructor(
    private readonly recipients: Recipients,
    private readonly notifications: Notifications,
    private readonly timers: Timers,
    private readonly transaction: Transaction,
  ) {}

  async execute({ customerId, facts, said }: KeepRecipient): Promise<void> {
    await this.transaction.run(() =>
      this.recipients.change(customerId, async (recipient) => {
        const before = recipient.address;
        recipient[said](facts);
        if (before || !recipient.address) return;
        for (const notificationId of await this.notifications.pendingOf(customerId))
          await this.timers.set(DeliveryDue({ notificationId }), { due: new Date() });
      }),
    );
  }
}
