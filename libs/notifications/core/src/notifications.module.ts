import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { notificationsContract } from '@shop/notifications/contract';
import { DatabaseMailer } from './adapters/database-mailer';
import { notifications } from './adapters/migrations/0001-notifications';
import { PostgresNotifications } from './adapters/postgres-notifications';
import { PostgresRecipients } from './adapters/postgres-recipients';
import { SmtpMailer } from './adapters/smtp-mailer';
import { Mailer } from './domain/mailer';
import { Notifications } from './domain/notifications';
import { Recipients } from './domain/recipients';
import { DeliverNotificationWhenDue } from './features/deliver-notification/deliver-notification-when-due';
import { NoteDeliveryHandler } from './features/deliver-notification/note-delivery';
import { FollowPreferencesWhenCustomerPreferencesChanged } from './features/keep-recipient/follow-preferences-when-customer-preferences-changed';
import { FollowProfileWhenCustomerProfileChanged } from './features/keep-recipient/follow-profile-when-customer-profile-changed';
import { KeepRecipientHandler } from './features/keep-recipient/keep-recipient';
import { MeetRecipientWhenCustomerRegistered } from './features/keep-recipient/meet-recipient-when-customer-registered';
import { ListNotificationsHandler } from './features/list-notifications/list-notifications';
import { ListNotificationsController } from './features/list-notifications/list-notifications.controller';
import { TellCustomerHandler } from './features/tell-customer/tell-customer';
import { TellCustomerWhenOrderCancelled } from './features/tell-customer/tell-customer-when-order-cancelled';
import { TellCustomerWhenOrderConfirmed } from './features/tell-customer/tell-customer-when-order-confirmed';
import { TellCustomerWhenPaymentRefunded } from './features/tell-customer/tell-customer-when-payment-refunded';
import { TellCustomerWhenShipmentDelivered } from './features/tell-customer/tell-customer-when-shipment-delivered';
import { TellCustomerWhenShipmentDispatched } from './features/tell-customer/tell-customer-when-shipment-dispatched';
import { TellCustomerWhenShipmentLost } from './features/tell-customer/tell-customer-when-shipment-lost';
import { WelcomeCustomerWhenCustomerRegistered } from './features/tell-customer/welcome-customer-when-customer-registered';
import { NotificationsSettings } from './notifications-settings';

const features = [KeepRecipientHandler, TellCustomerHandler, NoteDeliveryHandler, ListNotificationsHandler];
const policies = [
  MeetRecipientWhenCustomerRegistered,
  FollowProfileWhenCustomerProfileChanged,
  FollowPreferencesWhenCustomerPreferencesChanged,
  WelcomeCustomerWhenCustomerRegistered,
  TellCustomerWhenOrderConfirmed,
  TellCustomerWhenOrderCancelled,
  TellCustomerWhenShipmentDispatched,
  TellCustomerWhenShipmentDelivered,
  TellCustomerWhenShipmentLost,
  TellCustomerWhenPaymentRefunded,
  DeliverNotificationWhenDue,
];
const controllers = [ListNotificationsController];
const adapters = [
  { provide: Recipients, useClass: PostgresRecipients },
  { provide: Notifications, useClass: PostgresNotifications },
  {
    provide: Mailer,
    useFactory: () => {
      const { smtpUrl, from, domain } = new NotificationsSettings();
      return smtpUrl ? new SmtpMailer({ smtpUrl, from, domain }) : new DatabaseMailer();
    },
  },
];

/** Tells people what happened to their orders: by mail where a server is named, and always for them to read here. */
@Module({
  imports: [ContextModule.of(notificationsContract, { migrations: [notifications] })],
  controllers: [...controllers, ...policies],
  providers: [...features, ...adapters],
})
export class NotificationsModule {}
