import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { paymentsContract } from '@shop/payments/contract';
import { HttpPaymentProvider } from './adapters/http-payment-provider';
import { payments } from './adapters/migrations/0001-payments';
import { PaymentListRebuild } from './adapters/payment-list-rebuild';
import { PostgresInvoices } from './adapters/postgres-invoices';
import { PostgresPaymentList } from './adapters/postgres-payment-list';
import { PostgresPayments } from './adapters/postgres-payments';
import { PostgresReconciliation } from './adapters/postgres-reconciliation';
import { Invoices } from './domain/invoices';
import { PaymentProvider } from './domain/payment-provider';
import { PaymentList, Payments } from './domain/payments';
import { Reconciliation } from './domain/reconciliation';
import { CallProviderWhenDue } from './features/call-provider/call-provider-when-due';
import { ListDiscrepanciesHandler } from './features/list-discrepancies/list-discrepancies';
import { ListDiscrepanciesController } from './features/list-discrepancies/list-discrepancies.controller';
import { ListPaymentsHandler } from './features/list-payments/list-payments';
import { ListPaymentsController } from './features/list-payments/list-payments.controller';
import { PaymentProcess } from './features/payment-process';
import { HealDiscrepancies } from './features/reconcile/heal-discrepancies';
import { ReconcileWhenDue } from './features/reconcile/reconcile-when-due';
import { ReconcileController } from './features/reconcile/reconcile.controller';
import { ReconciliationClock } from './features/reconcile/reconciliation-clock';
import { RefundOrVoidWhenOrderCancelled } from './features/refund-or-void/refund-or-void-when-order-cancelled';
import { RefundPaymentHandler } from './features/refund-payment/refund-payment';
import { RefundPaymentController } from './features/refund-payment/refund-payment.controller';
import { RequestPaymentWhenPaymentDue } from './features/request-payment/request-payment-when-payment-due';
import { ShowInvoiceHandler } from './features/show-invoice/show-invoice';
import { ShowInvoiceController } from './features/show-invoice/show-invoice.controller';
import { PaymentsSettings } from './payments-settings';

const features = [
  RefundPaymentHandler,
  ListPaymentsHandler,
  ShowInvoiceHandler,
  ListDiscrepanciesHandler,
  PaymentProcess,
  HealDiscrepancies,
  ReconciliationClock,
];
const policies = [
  RequestPaymentWhenPaymentDue,
  CallProviderWhenDue,
  RefundOrVoidWhenOrderCancelled,
  ReconcileWhenDue,
];
const controllers = [
  ListPaymentsController,
  RefundPaymentController,
  ShowInvoiceController,
  ReconcileController,
  ListDiscrepanciesController,
];
const adapters = [
  { provide: Payments, useClass: PostgresPayments },
  { provide: PaymentList, useClass: PostgresPaymentList },
  { provide: Invoices, useClass: PostgresInvoices },
  { provide: Reconciliation, useClass: PostgresReconciliation },
  { provide: PaymentProvider, useClass: HttpPaymentProvider },
  { provide: PaymentsSettings, useFactory: () => new PaymentsSettings() },
];

/** Takes the money for orders, at most once each, and gives it back as far as it must. */
@Module({
  imports: [
    ContextModule.of(paymentsContract, {
      migrations: [payments],
      readModels: [PaymentListRebuild],
    }),
  ],
  controllers: [...controllers, ...policies],
  providers: [...features, ...adapters],
})
export class PaymentsModule {}
