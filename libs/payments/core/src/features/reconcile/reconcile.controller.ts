import { Roles } from '@banyan/auth';
import { Answer } from '@banyan/http';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ReconciliationClock } from './reconciliation-clock';

@Controller('payments')
export class ReconcileController {
  constructor(private readonly clock: ReconciliationClock) {}

  /** Has both books compared now rather than at the next interval. What differs is listed a moment later. */
  @Post('reconciliations')
  @HttpCode(202)
  @Roles('staff')
  @Answer(202)
  async reconcile(): Promise<void> {
    await this.clock.set(new Date());
  }
}
