import { inMemorySeam } from '@banyan/testing';
import type { CommandBus } from '@nestjs/cqrs';
import type { Facts } from '../domain/recipient';
import { type Words, welcome } from '../domain/templates';
import { DeliverNotificationWhenDue } from '../features/deliver-notification/deliver-notification-when-due';
import { DeliveryDue } from '../features/deliver-notification/delivery-due';
import { type NoteDelivery, NoteDeliveryHandler } from '../features/deliver-notification/note-delivery';
import { KeepRecipient, KeepRecipientHandler } from '../features/keep-recipient/keep-recipient';
import { TellCustomer, TellCustomerHandler } from '../features/tell-customer/tell-customer';
import { InMemoryNotifications } from './in-memory-notifications';
import { InMemoryRecipients } from './in-memory-recipients';
import { PlayedMailer } from './played-mailer';

export const ANN = '0190b6a0-0000-7000-8000-00000000000a';
export const BOB = '0190b6a0-0000-7000-8000-00000000000b';
export const CAUSE = '0190b6a0-0000-7000-8000-0000000000c1';
export const ORDER = '0190b6a0-0000-7000-8000-000000000001';

/** The rules of notifications, without a database or a mail server. */
export function notifications() {
  const { events, timers, transaction } = inMemorySeam();
  const recipients = new InMemoryRecipients();
  const all = new InMemoryNotifications();
  const mailer = new PlayedMailer();
  const noting = new NoteDeliveryHandler(all, events, timers, transaction);
  const commands = { execute: (command: NoteDelivery) => noting.execute(command) } as unknown as CommandBus;
  const delivering = new DeliverNotificationWhenDue(all, recipients, mailer, commands);
  const keep = (customerId: string, facts: Facts, said: 'registered' | 'changed') =>
    new KeepRecipientHandler(recipients, all, timers, transaction).execute(
      new KeepRecipient(customerId, facts, said),
    );

  return {
    published: events.published,
    mailer,
    timers,
    told: (customerId: string) => all.of(customerId, { limit: 100 }),
    rows: all.rows,
    registered: (customerId: string, facts: Facts = {}) =>
      keep(customerId, { name: 'Ann', email: 'ann@example.org', orderMails: true, ...facts }, 'registered'),
    changed: (customerId: string, facts: Facts) => keep(customerId, facts, 'changed'),
    tell: (customerId: string, words: Words = welcome(), causeId = CAUSE) =>
      new TellCustomerHandler(recipients, all, timers, transaction).execute(
        new TellCustomer(customerId, causeId, words),
      ),
    /** Whatever waits is due now. */
    deliver: async () => {
      for (const { data } of timers.waiting) {
        const due = data as DeliveryDue;
        await transaction.run(() => timers.cancel(DeliveryDue, due.notificationId));
        const delivery = await delivering.prepare(due);
        await delivering.handle(due, delivery);
      }
    },
  };
}
