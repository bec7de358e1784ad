import type { TimerContract } from '@banyan/contracts';
import { inMemorySeam } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import type { Discrepancy } from '../domain/reconciliation';
import { captureKeyOf, paymentIdOf, type PaymentState } from '../domain/payment';
import { CallProviderWhenDue } from '../features/call-provider/call-provider-when-due';
import type { ProviderDue } from '../features/call-provider/provider-due';
import { PaymentProcess } from '../features/payment-process';
import { HealDiscrepancies } from '../features/reconcile/heal-discrepancies';
import { RefundOrVoidWhenOrderCancelled } from '../features/refund-or-void/refund-or-void-when-order-cancelled';
import { RefundPayment, RefundPaymentHandler } from '../features/refund-payment/refund-payment';
import { RequestPaymentWhenPaymentDue } from '../features/request-payment/request-payment-when-payment-due';
import { PaymentsSettings } from '../payments-settings';
import { InMemoryInvoices } from './in-memory-invoices';
import { InMemoryPayments } from './in-memory-payments';
import { InMemoryProvider } from './in-memory-provider';

export const ORDER = '0190b6a0-0000-7000-8000-000000000001';
export const ANN = '0190b6a0-0000-7000-8000-00000000000a';
export const EUR = (amount: number) => ({ amount, currency: 'EUR' });

/** The rules of payments, without a database, beside a provider that the test makes the weather of. */
export function payments() {
  const { events, timers, transaction } = inMemorySeam();
  const all = new InMemoryPayments();
  const invoices = new InMemoryInvoices();
  const provider = new InMemoryProvider();
  const process = new PaymentProcess(all, invoices, events, timers);
  const request = new RequestPaymentWhenPaymentDue(process);
  const refundOrVoid = new RefundOrVoidWhenOrderCancelled(process);
  const refund = new RefundPaymentHandler(process);
  const caller = new CallProviderWhenDue(all, provider, process, new PaymentsSettings({}));
  const waiting = (orderId: string) =>
    timers.waiting
      .map(({ data }) => data as ProviderDue)
      .find(({ paymentId }) => paymentId === paymentIdOf(orderId));

  /** Begins a call that a timer asks for; what is returned takes in its outcome, now or later, once or again. */
  const beginCall = async (orderId: string, due = waiting(orderId)) => {
    if (!due) return undefined;
    const call = await caller.prepare(due);
    return () => transaction.run(() => caller.handle(due, call));
  };
  const callProvider = async (orderId = ORDER) => (await beginCall(orderId))?.();

  return {
    published: events.published,
    timers: Object.assign(timers, {
      /** As if it had never been set. */
      lose: (contract: TimerContract, key: string) => transaction.run(() => timers.cancel(contract, key)),
    }),
    issued: invoices.issued,
    stored: all.stored,
    provider,
    beginCall,
    callProvider,
    due: (orderId = ORDER, { amount = 4400, paymentToken = 'tok_ok' } = {}) =>
      transaction.run(() =>
        request.handle({
          orderId,
          customerId: ANN,
          total: EUR(amount),
          paymentToken,
          placedAt: '2026-03-02T09:00:00.000Z',
        }),
      ),
    cancel: (orderId = ORDER) =>
      transaction.run(() => refundOrVoid.handle({ orderId, customerId: ANN, reason: 'customer-request' })),
    giveBack: (amount: number, { orderId = ORDER, currency = 'EUR', refundId = uuidv7() } = {}) =>
      transaction.run(() =>
        refund.execute(new RefundPayment(paymentIdOf(orderId), { refundId, amount: { amount, currency } })),
      ),
    heal: (open: Discrepancy[]) => transaction.run(() => new HealDiscrepancies(all, process).heal(open)),
    /** Lets the provider do all that is left, in fine weather. */
    settle: async (orderId = ORDER) => {
      provider.weather = 'fine';
      while ((await all.find(paymentIdOf(orderId))).task) await callProvider(orderId);
    },
    state: async (orderId = ORDER): Promise<PaymentState | undefined> =>
      (await all.find(paymentIdOf(orderId))).state,
    taken: (orderId = ORDER) => provider.taken(captureKeyOf(orderId)),
  };
}
