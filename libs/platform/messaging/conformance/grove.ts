import {
  type EventContract,
  type EventMessage,
  type MessageMap,
  subscribersOf,
  type TimerContract,
} from '@banyan/contracts';
import {
  Answering,
  awaitedContexts,
  ContextMessaging,
  type ContextMessagingOptions,
  type ContextMessagingParts,
  type Contexts,
  InProcessTransport,
  type Message,
  messageTables,
  type Placement,
  readings,
  RequestGateway,
  type RequestHandler,
  type RequestTransport,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { eventually } from '@banyan/testing';
import type { Effect, Ground } from './ground';

export { type Effect, type Ground, prepareContexts, prepareGround } from './ground';

/** A policy as a test writes it. */
export interface TestPolicy {
  readonly on: EventContract | TimerContract;
  readonly name: string;
  readonly group?: string;
  readonly formerly?: string;
  prepare?(data: any, message: Message): Promise<unknown>;
  handle(data: any, message: Message): Promise<void>;
}

export type TestPolicies = Readonly<Record<string, readonly TestPolicy[]>>;

const handlerOf = ({
  on,
  name,
  group = 'policies',
  formerly = name,
  prepare,
  handle,
}: TestPolicy): SubscriptionHandler => ({
  contract: on,
  name,
  identity: formerly,
  group,
  ...(prepare && { prepare }),
  handle,
});

/** The message map of `policies`, as it would be generated from code. */
export function mapOf(policies: TestPolicies): MessageMap {
  const contexts = Object.entries(policies).map(([context, list]) => {
    const subscribes: Record<string, string[]> = {};
    for (const key of readings(list.map(handlerOf)).keys()) {
      const [type, identity] = key.split(' ') as [string, string];
      const isTimer = list.some(({ on }) => on.kind === 'timer' && on.type === type);
      if (!isTimer) (subscribes[identity] ??= []).push(type);
    }
    return [context, { publishes: [], subscribes, answers: [], asks: [] }] as const;
  });
  return { contexts: Object.fromEntries(contexts) };
}

export class TestPlacement implements Placement {
  constructor(
    readonly contexts: readonly string[],
    readonly transport: 'in-process' | 'rabbitmq',
    readonly revision = 1,
    readonly deployable = 'monolith',
    private readonly here: readonly string[] = contexts,
  ) {}
  isHere = (context: string) => this.here.includes(context);
  urlOf = () => 'http://127.0.0.1:1';
}

/** What connects the processes of a grove. */
export interface Wiring {
  readonly name: 'in-process' | 'rabbitmq';
  /** Whether each context has a process of its own; otherwise all share one. */
  readonly apart: boolean;
  transport(map: MessageMap): Transport;
  /** Absent where all contexts share one process. */
  requests?(): RequestTransport;
}

/** All contexts in one process, without a broker. */
export const inOneProcess: Wiring = {
  name: 'in-process',
  apart: false,
  transport: (map) =>
    new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type), storeTimeoutMs: 300 }),
};

/** What the contexts of one process share. */
class TestProcess {
  readonly answering = new Answering();
  private readonly serving: { stop(): Promise<void> }[] = [];

  constructor(
    readonly transport: Transport,
    readonly requests?: RequestTransport,
  ) {}

  async open(): Promise<void> {
    await this.transport.open();
    await this.requests?.open();
  }

  async serve(context: string): Promise<void> {
    const stop = await this.requests?.serve(context, (request) => this.answering.answer(request));
    if (stop) this.serving.push(stop);
  }

  async stopServing(): Promise<void> {
    await Promise.all(this.serving.map((each) => each.stop()));
  }

  async close(): Promise<void> {
    await this.requests?.close();
    await this.transport.close();
  }
}

/** One context at work. */
export class TestContext {
  constructor(
    readonly database: Database,
    readonly messaging: ContextMessaging,
    /** Asks the others. */
    readonly contexts: Contexts,
    readonly transport: Transport,
  ) {}

  /** Publishes in a transaction of its own. */
  publish(...events: EventMessage[]): Promise<void> {
    return this.database.run(() => this.messaging.outbox.publish(...events));
  }

  /** Writes down, in the running transaction, that a handler acted. */
  async effect(message: Message, key: string, n = 0, note?: string): Promise<void> {
    await this.database.query(
      'INSERT INTO effects (subscription, id, key, n, note) VALUES ($1, $2, $3, $4, $5)',
      [message.subscription, message.id, key, n, note ?? null],
    );
  }

  /** What handlers did, in the order of their commits as far as one key goes. */
  effects(): Promise<Effect[]> {
    return this.database.query('SELECT subscription, id, key, n, note FROM effects ORDER BY seq');
  }

  /** The numbers that `subscription` saw, of one key or of all. */
  async numbers(subscription: string, key?: string): Promise<number[]> {
    return (await this.effects())
      .filter((effect) => effect.subscription === subscription && (key ?? effect.key) === effect.key)
      .map(({ n }) => n);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count ?? 0;
  }
}

export interface GroveSettings {
  readonly ground: Ground;
  readonly policies: (grove: () => Grove) => TestPolicies;
  /** What contexts answer, by context. (Default: nothing) */
  readonly answers?: Readonly<Record<string, readonly RequestHandler[]>>;
  /** (Default: in one process) */
  readonly wiring?: Wiring;
  /** An alternative to `wiring`: a transport that all contexts share. */
  readonly transport?: (map: MessageMap) => Transport;
  readonly placement?: Placement;
  /** Raised by each change of placement. (Default: 1) */
  readonly revision?: number;
  /** Contexts that start. (Default: all of `policies`) */
  readonly here?: readonly string[];
  readonly map?: MessageMap;
  readonly options?: ContextMessagingOptions;
  /** Connections per context at most. (Default: that of Database) */
  readonly poolSize?: number;
  /** More that each context's messaging is made of. (Default: nothing) */
  readonly parts?: (grove: Grove) => Partial<ContextMessagingParts>;
}

/** Several contexts at work on one ground: in one process, or each in its own, as the wiring has it. */
export class Grove {
  readonly map: MessageMap;
  private readonly policies: TestPolicies;
  private readonly processes = new Map<string, TestProcess>();
  private readonly members = new Map<string, TestContext>();

  private constructor(private readonly settings: GroveSettings) {
    this.policies = settings.policies(() => this);
    this.map = settings.map ?? mapOf(this.policies);
  }

  static start(settings: GroveSettings): Promise<Grove> {
    return new Grove(settings).start();
  }

  /** A grove in which nothing runs yet. */
  static prepare = (settings: GroveSettings): Grove => new Grove(settings);

  async start(): Promise<this> {
    await this.begin(...(this.settings.here ?? Object.keys(this.policies)));
    return this;
  }

  /** Starts contexts that were absent so far. */
  async begin(...contexts: readonly string[]): Promise<void> {
    for (const context of contexts) await this.place(context);
    for (const context of contexts)
      this.context(context).messaging.start((this.policies[context] ?? []).map(handlerOf));
  }

  /** The transport that all contexts share, or that of the first. */
  get transport(): Transport {
    const [first] = this.processes.values();
    if (!first) throw new Error('Nothing runs in this grove');
    return first.transport;
  }

  /** Resolves when every context works. */
  async ready(): Promise<this> {
    await eventually(() => this.problems().length === 0, { timeoutMs: 15_000 }).catch(() => {
      throw new Error(`The grove is not ready: ${this.problems().join('; ')}`);
    });
    return this;
  }

  problems(): string[] {
    const processes = [...this.processes.values()];
    return [...this.members.values()]
      .flatMap(({ messaging }) => messaging.problems())
      .concat(processes.flatMap(({ transport }) => transport.problems()))
      .concat(processes.flatMap(({ requests }) => requests?.problems() ?? []));
  }

  context(name: string): TestContext {
    const member = this.members.get(name);
    if (!member) throw new Error(`No context ${name} in this grove`);
    return member;
  }

  /**
   * Resolves when no message waits or is on its way: outboxes, what is owed and inboxes are empty, and everything sent
   * has arrived at every subscriber that runs.
   */
  async quiet(timeoutMs = 20_000): Promise<void> {
    await eventually(
      async () => {
        const waiting = await this.waiting();
        if (waiting.length > 0)
          throw new Error(`Not quiet: ${waiting.join(', ')}; ${this.problems().join('; ')}`);
      },
      { timeoutMs, everyMs: 20 },
    );
  }

  async stop(): Promise<void> {
    const processes = [...this.processes.values()];
    await Promise.all(processes.map((each) => each.stopServing()));
    await Promise.all([...this.members.values()].map(({ messaging }) => messaging.stop()));
    await Promise.all(processes.map((each) => each.close()));
    await Promise.all([...this.members.values()].map(({ database }) => database.close()));
    this.members.clear();
    this.processes.clear();
  }

  private async waiting(): Promise<string[]> {
    const found: string[] = [];
    for (const [name, member] of this.members)
      for (const table of ['outbox', 'outbox_owed']) {
        const count = await member.count(table);
        if (count > 0) found.push(`${name} has ${count} rows in ${table}`);
      }
    if (found.length > 0) return found;
    const sent: { id: string; type: string }[] = [];
    for (const { database } of this.members.values())
      sent.push(...(await database.query<{ id: string; type: string }>('SELECT id, type FROM event_log')));
    for (const [name, member] of this.members) {
      const seen = await member.database.query<{ id: string }>('SELECT DISTINCT id FROM inbox_seen');
      const arrived = new Set(seen.map(({ id }) => id));
      const addressed = sent.filter(({ type }) => subscribersOf(this.map, type).includes(name));
      const underway = addressed.filter(({ id }) => !arrived.has(id)).length;
      if (underway > 0) found.push(`${underway} messages are on their way to ${name}`);
      const count = await member.count('inbox');
      if (count > 0) found.push(`${name} has ${count} rows in inbox`);
    }
    return found;
  }

  private async place(context: string): Promise<void> {
    const { ground, options, answers } = this.settings;
    const { transport, requests, answering } = await this.processOf(context);
    for (const handler of answers?.[context] ?? []) answering.add(handler);
    const placement = this.placementOf(context, transport);
    const url = contextDatabaseUrl(context, ground.env);
    const database = new Database({ context, url, poolSize: this.settings.poolSize });
    const messaging = new ContextMessaging(
      {
        database,
        migrations: [messageTables, awaitedContexts],
        transport,
        placement,
        ...this.settings.parts?.(this),
      },
      {
        ...options,
        dispatcher: { backoffMs: 20, maxBackoffMs: 200, ...options?.dispatcher },
        relay: { catchUpMs: 50, ...options?.relay },
      },
    );
    const gateway = new RequestGateway(placement, answering, requests);
    this.members.set(context, new TestContext(database, messaging, gateway, transport));
    await this.processes.get(this.processNameOf(context))?.serve(context);
  }

  private processNameOf(context: string): string {
    return this.settings.wiring?.apart ? context : 'all';
  }

  private async processOf(context: string): Promise<TestProcess> {
    const name = this.processNameOf(context);
    const known = this.processes.get(name);
    if (known) return known;
    const { wiring = inOneProcess, transport } = this.settings;
    const process = new TestProcess(
      transport?.(this.map) ?? wiring.transport(this.map),
      transport ? undefined : wiring.requests?.(),
    );
    this.processes.set(name, process);
    await process.open();
    return process;
  }

  private placementOf(context: string, { name }: Transport): Placement {
    const { placement, revision, wiring } = this.settings;
    const contexts = Object.keys(this.policies);
    return (
      placement ??
      new TestPlacement(
        contexts,
        name,
        revision,
        this.processNameOf(context),
        wiring?.apart ? [context] : contexts,
      )
    );
  }
}
