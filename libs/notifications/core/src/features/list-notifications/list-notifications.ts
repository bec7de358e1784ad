import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Notifications, type ShownNotification } from '../../domain/notifications';

export class ListNotifications extends Query<ShownNotification[]> {
  constructor(
    readonly customerId: string,
    readonly page: { readonly limit: number; readonly after?: string },
  ) {
    super();
  }
}

/** What a person was told, newest first, mailed or not. */
@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(private readonly notifications: Notifications) {}

  execute({ customerId, page }: ListNotifications): Promise<ShownNotification[]> {
    return this.notifications.of(customerId, page);
  }
}
