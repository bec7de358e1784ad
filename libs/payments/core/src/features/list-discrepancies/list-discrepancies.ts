import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Discrepancy, Reconciliation } from '../../domain/reconciliation';

export class ListDiscrepancies extends Query<Discrepancy[]> {
  constructor(readonly page: { readonly limit: number; readonly after?: string }) {
    super();
  }
}

/** How our books and the provider's differed, the latest first, those that were settled included. */
@QueryHandler(ListDiscrepancies)
export class ListDiscrepanciesHandler implements IQueryHandler<ListDiscrepancies> {
  constructor(private readonly reconciliation: Reconciliation) {}

  execute({ page }: ListDiscrepancies): Promise<Discrepancy[]> {
    return this.reconciliation.discrepancies(page);
  }
}
