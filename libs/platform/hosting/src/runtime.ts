import { type MessageMap, subscribersOf } from '@banyan/contracts';
import {
  applyTopology,
  Answering,
  type AttemptEnded,
  ContextMessaging,
  type ContextMessagingOptions,
  type DispatcherOptions,
  InProcessTransport,
  type Placement,
  QueueDrain,
  RabbitRequests,
  RabbitTransport,
  type Receiver,
  RequestGateway,
  type RequestTransport,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContextDefinition } from './context-module';
import { Settings } from './settings';
import { TopologyError } from './topology';

/** Settings of a process, from its environment. */
export interface RuntimeSettings {
  /** Where servers are and what may be prepared. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who runs where. */
  readonly placement: Placement;
  /** Who hears and asks whom. */
  readonly map: MessageMap;
  /** Told of each attempt at a message. */
  readonly onAttempt?: (context: string, attempt: AttemptEnded) => void;
  /** Told of messages that no subscription of their context knows. */
  readonly onUnheard?: (context: string, type: string, messages: number) => void;
  /** Overrides, for tests and benchmarks. (Default: none) */
  readonly messaging?: ContextMessagingOptions;
}

/** A context that runs in this process. */
export interface HostedContext {
  readonly definition: ContextDefinition;
  readonly database: Database;
  readonly messaging: ContextMessaging;
}

/** What the contexts of one process share: transport, requests, placement. */
export class Runtime {
  readonly placement: Placement;
  readonly transport: Transport;
  readonly answering = new Answering();
  readonly requests: RequestGateway;
  private readonly remote?: RequestTransport;
  private readonly retries: DispatcherOptions;
  private readonly contexts = new Map<string, HostedContext>();
  private drain?: QueueDrain;
  private stopping = false;

  /** @throws Error when messages go over RabbitMQ and `RABBITMQ_URL` is not set, or a setting of `retriesOf` is written otherwise. */
  constructor(private readonly settings: RuntimeSettings) {
    const { placement, map, env } = settings;
    this.retries = retriesOf(env);
    const addressed = (type: string) => subscribersOf(map, type);
    this.placement = placement;
    if (placement.transport === 'rabbitmq') {
      const url = this.brokerUrl();
      const logger = new Logger('RabbitMQ');
      const subscribers = Object.entries(map.contexts).flatMap(([name, { subscribes }]) =>
        Object.keys(subscribes).length > 0 ? [name] : [],
      );
      this.transport = new RabbitTransport({
        url,
        prefix: env['RABBITMQ_PREFIX'],
        name: placement.deployable,
        subscribersOf: addressed,
        subscribers: () => subscribers,
        logger,
      });
      this.remote = new RabbitRequests({
        url,
        prefix: env['RABBITMQ_PREFIX'],
        name: placement.deployable,
        logger,
      });
    } else {
      this.transport = new InProcessTransport({ subscribersOf: addressed });
    }
    this.requests = new RequestGateway(placement, this.answering, this.remote);
  }

  /** The parts of a context that runs here, made on first use. */
  hosted(definition: ContextDefinition): HostedContext {
    const { name } = definition.contract;
    const known = this.contexts.get(name);
    if (known) return known;
    const { env, placement, onAttempt, onUnheard, messaging: options } = this.settings;
    const { remote } = this;
    const database = new Database({
      context: name,
      url: contextDatabaseUrl(name, env),
      tables: definition.tables,
    });
    const messaging = new ContextMessaging(
      {
        database,
        migrations: definition.migrations,
        transport: this.transport,
        placement,
        prepare: this.prepares ? () => prepareDatabases([{ name, ...definition }], env) : undefined,
        emptyFormerTransport: (former) => this.emptyFormer(former),
        serveRequests: remote && (() => remote.serve(name, (request) => this.answering.answer(request))),
      },
      {
        onUnheard: onUnheard && ((type, messages) => onUnheard(name, type, messages)),
        ...options,
        dispatcher: {
          ...this.retries,
          ...options?.dispatcher,
          onAttempt: onAttempt && ((attempt) => onAttempt(name, attempt)),
        },
      },
    );
    const hosted = { definition, database, messaging };
    this.contexts.set(name, hosted);
    return hosted;
  }

  get all(): readonly HostedContext[] {
    return [...this.contexts.values()];
  }

  /** What keeps this process from its work, by context; what all share stands under `transport`. */
  problems(): Record<string, string[]> {
    const shared = [...this.transport.problems(), ...(this.remote?.problems() ?? [])];
    return {
      ...Object.fromEntries(this.all.map(({ messaging }) => [messaging.context, messaging.problems()])),
      transport: shared,
    };
  }

  /**
   * Whether clients may be led here. While a newer placement takes contexts over, what those that stay have to tell those
   * that left waits for it, and is no reason not to.
   */
  get ready(): boolean {
    if (this.all.some(({ messaging }) => messaging.servesOn))
      return this.all.every(({ messaging }) => messaging.serving || messaging.servesOn);
    return Object.values(this.problems()).every((each) => each.length === 0);
  }

  /** Begins work; returns at once, whatever is away. */
  async start(handlersOf: (context: string) => readonly SubscriptionHandler[]): Promise<void> {
    if (this.transport.name === 'rabbitmq' && this.prepares) void this.prepareBroker();
    await this.transport.open();
    await this.remote?.open();
    for (const { messaging } of this.all) messaging.start(handlersOf(messaging.context));
  }

  /** In development a process brings databases and broker up to date itself; in production an operator's job does. */
  private get prepares(): boolean {
    return this.settings.env['BANYAN_PREPARE'] === '1';
  }

  private brokerUrl(): string {
    const url = this.settings.env['RABBITMQ_URL'];
    if (url) return url;
    throw new TopologyError(
      'it places contexts in several deployables, which talk over RabbitMQ; set RABBITMQ_URL to tell where it is',
    );
  }

  private async prepareBroker(): Promise<void> {
    const { env, map } = this.settings;
    for (let tries = 0; !this.stopping; tries++) {
      try {
        await applyTopology({ url: this.brokerUrl(), prefix: env['RABBITMQ_PREFIX'], map });
        return;
      } catch (error) {
        if (tries === 0)
          new Logger('RabbitMQ').warn(`Queues are not prepared yet: ${(error as Error).message}`);
        await sleep(1_000, undefined, { ref: false });
      }
    }
  }

  /** Messages of the time over a broker come first. */
  private async emptyFormer(former: 'in-process' | 'rabbitmq'): Promise<void> {
    if (former === 'in-process') return;
    const { env } = this.settings;
    const url = env['RABBITMQ_URL'];
    if (!url)
      throw new Error(
        'messages went over RabbitMQ before, and some may still wait there; set RABBITMQ_URL so that they can be fetched',
      );
    this.drain ??= new QueueDrain({
      url,
      prefix: env['RABBITMQ_PREFIX'],
      receivers: new Map(
        this.all.map(({ messaging }): [string, Receiver] => [messaging.context, messaging.receiver]),
      ),
    });
    await this.drain.empty();
  }

  /** Stops claiming, finishes what is in hand, closes everything. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.all.map(({ messaging }) => messaging.stop()));
    await this.remote?.close();
    await this.transport.close();
    await Promise.all(this.all.map(({ database }) => database.close()));
  }
}

/**
 * How patient a process is with messages whose handler fails: `BANYAN_MAX_ATTEMPTS` (Default: 12), after which one is a dead
 * letter; `BANYAN_FIRST_RETRY` (Default: `100ms`), doubled with each failure up to `BANYAN_LONGEST_RETRY` (Default: `60s`).
 * @throws Error when one is written otherwise
 */
function retriesOf(env: RuntimeSettings['env']): DispatcherOptions {
  const settings = new Settings(env);
  return {
    maxAttempts: settings.count('BANYAN_MAX_ATTEMPTS', 12),
    backoffMs: settings.durationMs('BANYAN_FIRST_RETRY', '100ms'),
    maxBackoffMs: settings.durationMs('BANYAN_LONGEST_RETRY', '60s'),
  };
}
