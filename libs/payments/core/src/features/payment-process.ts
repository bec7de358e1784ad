import { EventPublisher, Timers } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@shop/payments/contract';
import { Invoices } from '../domain/invoices';
import { captureKeyOf, type Payment } from '../domain/payment';
import type { Recorded } from '../domain/payment-events';
import { Payments } from '../domain/payments';
import { ProviderDue } from './call-provider/provider-due';

/** When the provider is to be asked, and how often it was in vain. */
export interface Plan {
  readonly due: Date;
  readonly attempt: number;
}

/** What every change of a payment entails. Joins the running transaction. */
@Injectable()
export class PaymentProcess {
  constructor(
    private readonly payments: Payments,
    private readonly invoices: Invoices,
    private readonly events: EventPublisher,
    private readonly timers: Timers,
  ) {}

  /**
   * Changes a payment, announces what happened, issues the paper for it, and has the provider do what is next: by `plan`,
   * which is given what the payment has become. (Default: at once)
   */
  async change<T>(
    paymentId: string,
    act: (payment: Payment) => T,
    plan: (payment: Payment) => Plan = atOnce,
  ): Promise<T> {
    return this.payments.change(paymentId, async (payment) => {
      const result = act(payment);
      for (const event of payment.changes) await this.announce(event, payment);
      await this.plan(payment, plan(payment));
      return result;
    });
  }

  /** Has the provider do what is next for a payment, if anything is. */
  async plan(payment: Payment, { due, attempt }: Plan = atOnce()): Promise<void> {
    if (!payment.task) return;
    await this.timers.set(ProviderDue({ paymentId: payment.id, attempt }), { due });
  }

  private async announce(event: Recorded, payment: Payment): Promise<void> {
    if (!payment.state) return;
    const { id: paymentId, orderId, customerId, amount, refunded } = payment.state;
    const whose = { orderId, paymentId, customerId };
    if (event.type === 'captured') {
      await this.events.publish(PaymentCaptured({ ...whose, amount }));
      const providerKey = captureKeyOf(orderId);
      await this.invoices.issue({ ...whose, kind: 'invoice', amount, providerKey, issuedAt: event.at });
    } else if (event.type === 'declined') {
      await this.events.publish(PaymentDeclined({ ...whose, reason: event.reason }));
    } else if (event.type === 'refunded') {
      const { refundId } = event;
      const refund = payment.refund(refundId)!;
      const { amount, reason } = refund;
      await this.events.publish(PaymentRefunded({ ...whose, refundId, amount, refunded, reason }));
      const providerKey = payment.refundKeyOf(refund);
      const paper = { kind: 'credit-note', amount, reason, providerKey, issuedAt: event.at } as const;
      await this.invoices.issue({ ...whose, ...paper });
    }
  }
}

const atOnce = (): Plan => ({ due: new Date(), attempt: 1 });
