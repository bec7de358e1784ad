import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { RequestContract } from '@banyan/contracts';
import { BANYAN_TRANSPORT } from '../seam/policy';

/** Calls a message handler through Nest, with its guards, pipes, interceptors and filters. */
export type Invoke = (data: unknown, context: unknown) => Promise<unknown>;

/**
 * Gathers what `@Policy` and `@Answers` marked, as Nest wrapped it. It opens no connection: hosting hands the handlers
 * to each context's messaging.
 */
export class BanyanStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  readonly policies = new Map<object, Invoke>();
  readonly answers = new Map<RequestContract, Invoke>();

  constructor() {
    super();
    this.setTransportId(BANYAN_TRANSPORT);
  }

  /** Each subscription stays by itself; Nest's own map would chain those of an equal pattern into one call. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEvent = false,
    extras: Record<string, unknown> = {},
  ): void {
    const invoke: Invoke = async (data, context) => {
      const result: unknown = await callback(data as never, context as never);
      return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
    };
    if (isEvent && extras['policy']) this.policies.set(extras['policy'] as object, invoke);
    else if (!isEvent && extras['contract']) this.answers.set(extras['contract'] as RequestContract, invoke);
    else
      throw new TypeError(
        `${JSON.stringify(pattern)} is no subscription or answer of Banyan; use @Policy or @Answers`,
      );
  }

  listen(callback: () => void): void {
    callback();
  }

  async close(): Promise<void> {
    // Contexts stop by themselves, before Nest closes what they use.
  }

  on(): void {
    // Nothing happens here that one could listen to.
  }

  unwrap<T>(): T {
    throw new TypeError('The Banyan strategy has no underlying server');
  }
}
