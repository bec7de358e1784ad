import { Timers } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { OrdersSettings } from '../../orders-settings';
import { CompletionDue } from './completion-due';

/** Measures how long a delivered order stays open. Joins the running transaction. */
@Injectable()
export class CompletionClock {
  constructor(
    private readonly timers: Timers,
    private readonly settings: OrdersSettings,
  ) {}

  async start(orderId: string, at: Date): Promise<void> {
    const due = new Date(at.getTime() + this.settings.completesAfterMs);
    await this.timers.set(CompletionDue({ orderId }), { due });
  }
}
