import { callOut, CallOutTimedOut } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Money } from '../domain/money';
import {
  type CaptureOutcome,
  PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
} from '../domain/payment-provider';
import type { LedgerEntry } from '../domain/reconciliation';
import { PaymentsSettings } from '../payments-settings';

const CaptureAnswer = z.object({
  status: z.enum(['captured', 'declined', 'voided']),
  reason: z.string().optional(),
});
const RefundAnswer = z.object({ status: z.literal('refunded') });
const ProblemAnswer = z.object({ type: z.string().startsWith('urn:payment-provider:'), detail: z.string() });
const LedgerAnswer = z.object({
  items: z.array(
    z.object({
      position: z.int(),
      kind: z.enum(['captured', 'refunded']),
      key: z.string(),
      captureKey: z.string(),
      amount: z.int(),
      currency: z.string(),
      at: z.iso.datetime(),
    }),
  ),
});

/** Long enough for a quick call to end, short enough for messages that wait behind this one. */
const FREE_LINE_WITHIN_MS = 50;

/** The provider over HTTP. */
@Injectable()
export class HttpPaymentProvider extends PaymentProvider {
  private calls = 0;

  constructor(private readonly settings: PaymentsSettings) {
    super();
  }

  async capture(key: string, { amount, token }: { amount: Money; token: string }): Promise<CaptureOutcome> {
    return outcomeOf(await this.call('PUT', `/captures/${at(key)}`, CaptureAnswer, { ...amount, token }));
  }

  async void(key: string): Promise<CaptureOutcome> {
    return outcomeOf(await this.call('PUT', `/captures/${at(key)}/void`, CaptureAnswer));
  }

  async refund(key: string, { captureKey, amount }: { captureKey: string; amount: Money }): Promise<void> {
    await this.call('PUT', `/refunds/${at(key)}`, RefundAnswer, { captureKey, amount: amount.amount });
  }

  async ledger(after: number, limit: number): Promise<LedgerEntry[]> {
    const { items } = await this.call('GET', `/ledger?after=${after}&limit=${limit}`, LedgerAnswer);
    return items.map(({ amount, currency, at, ...entry }) => ({
      ...entry,
      amount: { amount, currency },
      at: new Date(at),
    }));
  }

  private async call<Answer extends z.ZodType>(
    method: string,
    path: string,
    answer: Answer,
    body?: unknown,
  ): Promise<z.output<Answer>> {
    await this.takeLine();
    try {
      const { providerUrl, providerTimeoutMs: deadlineMs } = this.settings;
      const { status, text } = await callOut('The payment provider', { deadlineMs }, (signal) =>
        exchange(`${providerUrl}${path}`, {
          method,
          signal,
          ...(body !== undefined && {
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        }),
      );
      return read(status, text, answer);
    } catch (error) {
      throw error instanceof CallOutTimedOut
        ? new ProviderUnavailable(error.message, { cause: error })
        : error;
    } finally {
      this.calls -= 1;
    }
  }

  private async takeLine(): Promise<void> {
    for (let waitedMs = 0; this.calls >= this.settings.providerCalls; waitedMs += 10) {
      if (waitedMs >= FREE_LINE_WITHIN_MS)
        throw new ProviderUnavailable('it is busy with other calls of ours');
      await sleep(10);
    }
    this.calls += 1;
  }
}

const at = encodeURIComponent;

/** Whatever becomes of the connection, the call may have arrived. */
async function exchange(url: string, request: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, request);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { message?: string; code?: string } };
    throw new ProviderUnavailable(cause?.message || cause?.code || message, { cause: error });
  }
}

const outcomeOf = ({ status, reason }: z.output<typeof CaptureAnswer>): CaptureOutcome =>
  status === 'declined' && reason === 'voided' ? 'voided' : status;

/** What says that it would not work now; anything else of the client's making says that it never will. */
const LATER = new Set([408, 425, 429]);

function read<Answer extends z.ZodType>(status: number, text: string, answer: Answer): z.output<Answer> {
  if (status >= 500 || LATER.has(status)) throw new ProviderUnavailable(`it answered ${status}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const problem = status < 400 ? undefined : ProblemAnswer.safeParse(json);
  if (problem?.success) throw new ProviderRefused(status, problem.data.detail);
  const parsed = answer.safeParse(json);
  if (problem || !parsed.success)
    throw new ProviderUnavailable('what answers at its address is something else');
  return parsed.data;
}
