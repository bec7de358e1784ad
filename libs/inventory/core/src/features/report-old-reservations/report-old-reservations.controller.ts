import { Roles } from '@banyan/auth';
import { Answer, decodeCursor, page, PageQuery, queryInteger, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { OldReservationPage } from '../stock-schemas';
import { ReportOldReservations } from './report-old-reservations';

const OldQuery = PageQuery.extend({
  olderThanMinutes: queryInteger((minutes) => minutes.min(0).max(525_600).default(60)),
});

@Controller('reservations')
export class ReportOldReservationsController {
  constructor(private readonly queries: QueryBus) {}

  /** What is set aside for orders that should have ended by now. */
  @Get()
  @Roles('staff')
  @Answer(200, OldReservationPage)
  async report(@Query({ schema: OldQuery }) { limit, cursor, olderThanMinutes }: z.output<typeof OldQuery>) {
    const after = decodeCursor(Uuid, cursor);
    const old = await this.queries.execute(
      new ReportOldReservations(olderThanMinutes * 60_000, { limit: limit + 1, after }),
    );
    const shown = page(old, limit, ({ orderId }) => orderId);
    return { ...shown, items: shown.items.map((each) => ({ ...each, madeAt: each.madeAt.toISOString() })) };
  }
}
