import { Roles } from '@banyan/auth';
import { Answer, decodeCursor, page, PageQuery, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { DiscrepancyPage } from '../payment-schemas';
import { ListDiscrepancies } from './list-discrepancies';

@Controller('payments/discrepancies')
export class ListDiscrepanciesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('staff')
  @Answer(200, DiscrepancyPage)
  async list(@Query({ schema: PageQuery }) { limit, cursor }: z.output<typeof PageQuery>) {
    const after = decodeCursor(Uuid, cursor);
    const found = await this.queries.execute(new ListDiscrepancies({ limit: limit + 1, after }));
    const shown = found.map(({ captureKey: _, foundAt, settledAt, ...discrepancy }) => ({
      ...discrepancy,
      foundAt: foundAt.toISOString(),
      ...(settledAt && { settledAt: settledAt.toISOString() }),
    }));
    return page(shown, limit, ({ id }) => id);
  }
}
