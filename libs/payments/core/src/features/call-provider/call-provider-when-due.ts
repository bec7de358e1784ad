import { Policy } from '@banyan/messaging';
import { Logger } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import {
  type CaptureOutcome,
  PaymentProvider,
  type ProviderTask,
  ProviderUnavailable,
} from '../../domain/payment-provider';
import { Payments } from '../../domain/payments';
import { PaymentsSettings } from '../../payments-settings';
import { PaymentProcess } from '../payment-process';
import { ProviderDue } from './provider-due';

/** A call of the provider; without an outcome when it is not known to have arrived. */
interface Call {
  readonly task: ProviderTask;
  readonly outcome?: CaptureOutcome | 'refunded';
}

/**
 * Has the provider do what is next for a payment. While it is away the task waits for a later timer, and whatever happens to
 * the order meanwhile does not. A refusal is a mistake of ours, and becomes a dead letter.
 */
@Policy(ProviderDue, 'call-provider')
export class CallProviderWhenDue {
  private readonly logger = new Logger(CallProviderWhenDue.name);

  constructor(
    private readonly payments: Payments,
    private readonly provider: PaymentProvider,
    private readonly process: PaymentProcess,
    private readonly settings: PaymentsSettings,
  ) {}

  async prepare({ paymentId, attempt }: ProviderDue): Promise<Call | undefined> {
    const { task } = await this.payments.find(paymentId);
    if (!task) return undefined;
    try {
      return { task, outcome: await this.carryOut(task) };
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
      this.logger.warn(`${task.do} of ${task.key}, attempt ${attempt}: ${error.message}`);
      return { task };
    }
  }

  async handle({ paymentId, attempt }: ProviderDue, call: Call | undefined): Promise<void> {
    if (!call) return;
    const { task, outcome } = call;
    const now = new Date();
    await this.process.change(
      paymentId,
      (payment) => {
        if (task.do === 'refund') {
          if (outcome) payment.refundMade(task.refund.id, now);
        } else if (outcome && outcome !== 'refunded') payment.learn(outcome, uuidv7(), now);
      },
      // Something else may have become due meanwhile, and that does not wait.
      ({ task: next }) =>
        next?.do === task.do && next.key === task.key
          ? { due: new Date(now.getTime() + this.settings.retryDelayMs(attempt)), attempt: attempt + 1 }
          : { due: now, attempt: 1 },
    );
  }

  private async carryOut(task: ProviderTask): Promise<CaptureOutcome | 'refunded'> {
    switch (task.do) {
      case 'capture':
        return this.provider.capture(task.key, task);
      case 'void':
        return this.provider.void(task.key);
      case 'refund':
        await this.provider.refund(task.key, { captureKey: task.captureKey, amount: task.refund.amount });
        return 'refunded';
    }
  }
}
