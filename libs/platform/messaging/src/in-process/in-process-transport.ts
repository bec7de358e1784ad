import type { Delivery, Receiving, Store, Transport, TransportMessage } from '../transport/transport';

export interface InProcessOptions {
  /** Contexts that subscribe to an event type. */
  readonly subscribersOf: (type: string) => readonly string[];
  /** A subscriber that takes longer to store a batch is treated as away, so that it delays nobody else. (Default: 2000) */
  readonly storeTimeoutMs?: number;
}

/** Writes straight into the inboxes of the other contexts of this process. */
export class InProcessTransport implements Transport {
  readonly name = 'in-process';
  private readonly stores = new Map<string, Store>();
  private readonly troubles = new Map<string, string>();
  private closed = false;

  constructor(private readonly options: InProcessOptions) {}

  async open(): Promise<void> {
    this.closed = false;
  }

  async send(
    messages: readonly TransportMessage[],
    only?: string,
    behind: ReadonlySet<string> = new Set(),
  ): Promise<Delivery[]> {
    if (this.closed) return messages.map(() => ({ outcome: 'unsent', reason: 'the transport is closed' }));
    const bySubscriber = new Map<string, TransportMessage[]>();
    for (const message of messages) {
      for (const subscriber of only ? [only] : this.options.subscribersOf(message.type)) {
        const addressed = bySubscriber.get(subscriber);
        if (addressed) addressed.push(message);
        else bySubscriber.set(subscriber, [message]);
      }
    }
    const away = new Set<string>();
    await Promise.all(
      [...bySubscriber].map(async ([subscriber, addressed]) => {
        if (behind.has(subscriber) || !(await this.stored(subscriber, addressed))) away.add(subscriber);
      }),
    );
    if (away.size === 0) return messages.map(() => ({ outcome: 'held' }));
    return messages.map(({ type }) => {
      const subscribers = only ? [only] : this.options.subscribersOf(type);
      return { outcome: 'held', behind: subscribers.filter((subscriber) => away.has(subscriber)) };
    });
  }

  async receive(context: string, store: Store): Promise<Receiving> {
    this.stores.set(context, store);
    return {
      stop: async () => {
        if (this.stores.get(context) === store) this.stores.delete(context);
      },
    };
  }

  whenReady(): Promise<void> {
    return this.closed ? Promise.reject(new Error('the transport is closed')) : Promise.resolve();
  }

  problems(): string[] {
    return [...this.troubles].map(([context, reason]) => `${context} takes no messages: ${reason}`);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private async stored(subscriber: string, messages: readonly TransportMessage[]): Promise<boolean> {
    const store = this.stores.get(subscriber);
    if (!store) {
      this.troubles.set(subscriber, 'it is not running');
      return false;
    }
    let timer: NodeJS.Timeout | undefined;
    const timeoutMs = this.options.storeTimeoutMs ?? 2_000;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it stored nothing within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([store(messages), timeout]);
      this.troubles.delete(subscriber);
      return true;
    } catch (error) {
      this.troubles.set(subscriber, (error as Error).message);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
