import { Timers } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { Carrier } from '../domain/carrier';
import { DeliveryDue } from './deliver-shipment/delivery-due';
import { DispatchDue } from './dispatch-shipment/dispatch-due';

/** Waits for the carrier's next step, if it takes one by itself. Joins the running transaction. */
@Injectable()
export class CarrierClock {
  constructor(
    private readonly timers: Timers,
    private readonly carrier: Carrier,
  ) {}

  async untilDispatch(orderId: string, at: Date): Promise<void> {
    const due = this.carrier.collectsAt(at);
    if (due) await this.timers.set(DispatchDue({ orderId }), { due });
  }

  async untilDelivery(orderId: string, at: Date): Promise<void> {
    const due = this.carrier.ringsAt(at);
    if (due) await this.timers.set(DeliveryDue({ orderId }), { due });
  }
}
