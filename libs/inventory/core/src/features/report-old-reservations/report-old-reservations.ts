import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type OldReservation, Reservations } from '../../domain/reservations';

export class ReportOldReservations extends Query<OldReservation[]> {
  constructor(
    readonly olderThanMs: number,
    readonly page: { readonly limit: number; readonly after?: string },
  ) {
    super();
  }
}

/** What is set aside for orders that should have ended by now: somebody has to look after them. */
@QueryHandler(ReportOldReservations)
export class ReportOldReservationsHandler implements IQueryHandler<ReportOldReservations> {
  constructor(private readonly reservations: Reservations) {}

  execute({ olderThanMs, page }: ReportOldReservations): Promise<OldReservation[]> {
    return this.reservations.madeBefore(new Date(Date.now() - olderThanMs), page);
  }
}
