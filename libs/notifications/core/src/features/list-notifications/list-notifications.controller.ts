import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, decodeCursor, page, type Page, PageQuery, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { ShownNotification } from '../../domain/notifications';
import { NotificationPage } from '../notification-schemas';
import { ListNotifications } from './list-notifications';

@Controller('notifications')
export class ListNotificationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, NotificationPage)
  async list(
    @CurrentPerson() person: Person,
    @Query({ schema: PageQuery }) { limit, cursor }: z.output<typeof PageQuery>,
  ): Promise<Page<ShownNotification>> {
    const after = decodeCursor(Uuid, cursor);
    const told = await this.queries.execute(new ListNotifications(person.id, { limit: limit + 1, after }));
    return page(told, limit, ({ id }) => id);
  }
}
