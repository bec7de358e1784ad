import { Timers } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { OrdersSettings } from '../../orders-settings';
import { CheckoutExpired } from './checkout-expired';

/** Measures how long an order waits for its confirmation. Joins the running transaction. */
@Injectable()
export class CheckoutClock {
  constructor(
    private readonly timers: Timers,
    private readonly settings: OrdersSettings,
  ) {}

  async start(orderId: string, at: Date): Promise<void> {
    const due = new Date(at.getTime() + this.settings.checkoutDeadlineMs);
    await this.timers.set(CheckoutExpired({ orderId }), { due });
  }

  /** The order waits no longer. */
  async stop(orderId: string): Promise<void> {
    await this.timers.cancel(CheckoutExpired, orderId);
  }
}
