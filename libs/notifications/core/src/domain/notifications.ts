import type { Notification, NotificationStatus } from './notification';
import type { Template } from './templates';

/** A notification as its addressee reads it. */
export interface ShownNotification {
  readonly id: string;
  readonly template: Template;
  readonly subject: string;
  readonly text: string;
  /** An ISO instant. */
  readonly at: string;
  readonly status: NotificationStatus;
}

/** All that people were told, or are to be. */
export abstract class Notifications {
  /** Returns false when this cause was told of in these words before; then it changes nothing. */
  abstract add(notification: Notification): Promise<boolean>;

  /** Changes one notification; those who change the same one take turns. */
  abstract change<T>(id: string, change: (notification: Notification) => T | Promise<T>): Promise<T>;

  abstract get(id: string): Promise<Notification>;

  /** Ids of what a person is still to be told. */
  abstract pendingOf(customerId: string): Promise<string[]>;

  /** A person's, newest first, `limit` at most, going on after the notification `after`. */
  abstract of(
    customerId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ShownNotification[]>;
}
