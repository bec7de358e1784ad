import { Injectable } from '@nestjs/common';
import { paymentIdOf } from '../../domain/payment';
import { Payments } from '../../domain/payments';
import type { Discrepancy } from '../../domain/reconciliation';
import { PaymentProcess } from '../payment-process';

/** What the provider did and we do not know of is told by asking it again, where we still wait for it. Joins the running transaction. */
@Injectable()
export class HealDiscrepancies {
  constructor(
    private readonly payments: Payments,
    private readonly process: PaymentProcess,
  ) {}

  async heal(open: readonly Discrepancy[]): Promise<void> {
    for (const { kind, captureKey } of open) {
      const orderId = /^capture:([0-9a-f-]{36})$/.exec(captureKey)?.[1];
      if (kind !== 'unknown-here' || !orderId) continue;
      await this.process.plan(await this.payments.find(paymentIdOf(orderId)));
    }
  }
}
