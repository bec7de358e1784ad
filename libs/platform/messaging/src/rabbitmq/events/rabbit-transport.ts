import type {
  Delivery,
  Receiving,
  Store,
  StoreUnreadable,
  Transport,
  TransportMessage,
} from '../../transport/transport';
import { BrokerConnection, type BrokerLogger } from '../connection/broker-connection';
import { DEFAULT_PREFIX, rabbitNames, type RabbitNames } from '../names';
import { Consumer } from './consumer';
import { Publisher } from './publisher';
import { QueueWatch } from './queue-watch';

export interface RabbitTransportOptions {
  /** Where the broker is, with the credentials of a user that may publish and consume. */
  readonly url: string;
  /** Names on the broker begin with it. (Default: banyan) */
  readonly prefix?: string;
  /** Contexts that subscribe to an event type, from the message map. */
  readonly subscribersOf: (type: string) => readonly string[];
  /** Every context that subscribes to anything: their queues are watched. (Default: those that messages were sent to) */
  readonly subscribers?: () => readonly string[];
  /** The deployable, for the broker's list of connections. (Default: banyan) */
  readonly name?: string;
  /** (Default: silence) */
  readonly logger?: BrokerLogger;
  /** A broker that is silent for two to three of these is given up. (Default: 3) */
  readonly heartbeatSeconds?: number;
  /** How often every queue is looked at. (Default: 3000) */
  readonly watchEveryMs?: number;
  /** Unconfirmed messages at a time. (Default: 1000) */
  readonly window?: number;
  /** When the broker confirms nothing of a batch for so long, the rest of it is unsent. (Default: 15000) */
  readonly confirmWithinMs?: number;
  /** Received messages in hand per context. (Default: 300) */
  readonly prefetch?: number;
}

/**
 * Carries messages over RabbitMQ: one durable topic exchange, one durable quorum queue per context. Publishing and
 * consuming have connections of their own, because an alarm blocks a connection that publishes.
 */
export class RabbitTransport implements Transport {
  readonly name = 'rabbitmq';
  private readonly names: RabbitNames;
  private readonly publishing: BrokerConnection;
  private readonly consuming: BrokerConnection;
  private readonly publisher: Publisher;
  private readonly watch: QueueWatch;
  private readonly consumers = new Set<Consumer>();
  private readonly sentTo = new Set<string>();
  private waiting: { resolve(): void; reject(error: Error): void }[] = [];
  private closed = false;
  private isOpen = false;

  /** @throws TypeError when the URL is none for a broker. */
  constructor(private readonly options: RabbitTransportOptions) {
    const { name = 'banyan', url, logger, heartbeatSeconds } = options;
    const connection = (use: string): BrokerConnection =>
      new BrokerConnection({ url, logger, heartbeatSeconds, name: `${name} ${use}` });
    this.names = rabbitNames(options.prefix ?? DEFAULT_PREFIX);
    this.publishing = connection('publishing');
    this.consuming = connection('consuming');
    this.watch = new QueueWatch(this.publishing, {
      exchange: this.names.exchange,
      queues: () => this.watched().map((context) => this.names.queueOf(context)),
      everyMs: options.watchEveryMs,
      changed: () => this.changed(),
    });
    this.publisher = new Publisher(this.publishing, {
      names: this.names,
      subscribersOf: options.subscribersOf,
      hindrance: (subscribers) => this.hindrance(subscribers),
      ready: () => this.changed(),
      returned: () => this.watch.checkSoon(),
      window: options.window,
      confirmWithinMs: options.confirmWithinMs,
    });
    this.publishing.onChange(() => this.changed());
  }

  async open(): Promise<void> {
    if (this.isOpen) return;
    this.isOpen = true;
    this.publishing.open();
    this.consuming.open();
    this.watch.start();
  }

  async send(
    messages: readonly TransportMessage[],
    only?: string,
    behind: ReadonlySet<string> = new Set(),
  ): Promise<Delivery[]> {
    const owed = only === undefined && [...behind][0];
    if (owed) return messages.map(() => ({ outcome: 'unsent', reason: `${owed} is being caught up first` }));
    if (only !== undefined) this.sentTo.add(only);
    return this.publisher.send(messages, only);
  }

  async receive(context: string, store: Store, storeUnreadable?: StoreUnreadable): Promise<Receiving> {
    const { prefetch, logger } = this.options;
    const queue = this.names.queueOf(context);
    const consumer = new Consumer(this.consuming, { queue, store, storeUnreadable, prefetch, logger });
    this.consumers.add(consumer);
    return {
      stop: async () => {
        await consumer.stop();
        this.consumers.delete(consumer);
      },
    };
  }

  whenReady(): Promise<void> {
    if (this.closed) return Promise.reject(new Error('the transport is closed'));
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  problems(): string[] {
    const { problem } = this.publisher;
    const alarm = this.publishing.blocked && this.publishing.problem;
    const consuming = [...this.consumers].map((consumer) => consumer.problem);
    const found = [problem, alarm, ...this.watch.missing.values(), ...consuming];
    return [...new Set(found.filter((text) => text !== undefined && text !== ''))] as string[];
  }

  /** Messages that wait in each watched context's queue, as of the last look, not counting those in a consumer's hand. */
  depths(): ReadonlyMap<string, number> {
    const { depths } = this.watch;
    return new Map(
      this.watched().flatMap((context) => {
        const depth = depths.get(this.names.queueOf(context));
        return depth === undefined ? [] : [[context, depth] as const];
      }),
    );
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const { reject } of this.waiting) reject(new Error('the transport is closed'));
    this.waiting = [];
    this.watch.stop();
    await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
    await this.publisher.close();
    await Promise.all([this.publishing.close(), this.consuming.close()]);
  }

  private get isReady(): boolean {
    const { publisher, publishing, watch } = this;
    return (
      this.isOpen && !publisher.problem && !publishing.blocked && watch.known && watch.missing.size === 0
    );
  }

  private changed(): void {
    if (this.waiting.length === 0 || !this.isReady) return;
    const { waiting } = this;
    this.waiting = [];
    for (const { resolve } of waiting) resolve();
  }

  /** A queue that is missing would miss what is published now, and nobody would be told. */
  private hindrance(subscribers: readonly string[]): string | undefined {
    const { missing } = this.watch;
    if (!this.options.subscribers) for (const subscriber of subscribers) this.sentTo.add(subscriber);
    if (!this.watch.known) return 'the queues were not looked at yet';
    if (missing.size === 0) return undefined;
    const needed = [this.names.exchange, ...subscribers.map((subscriber) => this.names.queueOf(subscriber))];
    return needed.map((name) => missing.get(name)).find((problem) => problem !== undefined);
  }

  private watched(): readonly string[] {
    return this.options.subscribers?.() ?? [...this.sentTo];
  }
}
