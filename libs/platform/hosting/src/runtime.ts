import { type MessageMap, subscribersOf } from '@banyan/contracts';
import {
  Answering,
  type AttemptEnded,
  ContextMessaging,
  type ContextMessagingOptions,
  InProcessTransport,
  type Placement,
  RequestGateway,
  type RequestTransport,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import type { ContextDefinition } from './context-module';

/** Settings of a process, from its environment. */
export interface RuntimeSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly placement: Placement;
  readonly map: MessageMap;
  /** Told of each attempt at a message. */
  readonly onAttempt?: (context: string, attempt: AttemptEnded) => void;
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
  private readonly contexts = new Map<string, HostedContext>();
  private serving: { stop(): Promise<void> }[] = [];

  constructor(private readonly settings: RuntimeSettings) {
    const { placement, map } = settings;
    this.placement = placement;
    this.transport = new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type) });
    this.requests = new RequestGateway(placement, this.answering, this.remote);
  }

  /** The parts of a context that runs here, made on first use. */
  hosted(definition: ContextDefinition): HostedContext {
    const { name } = definition.contract;
    const known = this.contexts.get(name);
    if (known) return known;
    const { env, placement, onAttempt, messaging: options } = this.settings;
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
        prepare:
          env['BANYAN_PREPARE'] === '1' ? () => prepareDatabases([{ name, ...definition }], env) : undefined,
      },
      {
        ...options,
        dispatcher: {
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

  /** Begins work; returns at once, whatever is away. */
  async start(handlersOf: (context: string) => readonly SubscriptionHandler[]): Promise<void> {
    await this.transport.open();
    for (const { messaging } of this.all) messaging.start(handlersOf(messaging.context));
    if (!this.remote) return;
    await this.remote.open();
    for (const { messaging } of this.all) {
      this.serving.push(
        await this.remote.serve(messaging.context, (request) => this.answering.answer(request)),
      );
    }
  }

  /** Stops claiming, finishes what is in hand, closes everything. */
  async stop(): Promise<void> {
    await Promise.all(this.serving.map((each) => each.stop()));
    this.serving = [];
    await Promise.all(this.all.map(({ messaging }) => messaging.stop()));
    await this.remote?.close();
    await this.transport.close();
    await Promise.all(this.all.map(({ database }) => database.close()));
  }
}
