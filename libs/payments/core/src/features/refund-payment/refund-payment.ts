import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Money } from '../../domain/money';
import { PaymentProcess } from '../payment-process';

export class RefundPayment extends Command<void> {
  constructor(
    readonly paymentId: string,
    readonly refund: { readonly refundId: string; readonly amount: Money; readonly note?: string },
  ) {
    super();
  }
}

/**
 * Gives a customer some of a payment back, out of goodwill; the provider does so in a moment. Joins the running transaction.
 * @throws PaymentNotFound, RefundTooLarge, ForeignCurrency
 */
@CommandHandler(RefundPayment)
export class RefundPaymentHandler implements ICommandHandler<RefundPayment> {
  constructor(private readonly process: PaymentProcess) {}

  async execute({ paymentId, refund }: RefundPayment): Promise<void> {
    await this.process.change(paymentId, (payment) => payment.giveBack(refund, new Date()));
  }
}
