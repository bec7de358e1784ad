import { subscribersOf, type EventContract, type EventMessage, type MessageMap, type TimerContract } from '@banyan/contracts';
import {
  ContextMessaging,
  type ContextMessagingOptions,
  InProcessTransport,
  type Message,
  messageTables,
  type Placement,
  readings,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';

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

const handlerOf = ({ on, name, group = 'policies', formerly = name, prepare, handle }: TestPolicy): SubscriptionHandler => ({
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
      if (!type.startsWith(`${context}.`)) (subscribes[identity] ??= []).push(type);
    }
    return [context, { publishes: [], subscribes, answers: [], asks: [] }] as const;
  });
  return { contexts: Object.fromEntries(contexts) };
}

/** Where a grove's contexts keep their data. */
export interface Ground {
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

/** A prepared database for `contexts`, each with a table `effects` that handlers of tests write into. */
export async function prepareGround(contexts: readonly string[]): Promise<Ground> {
  const database = await testDatabase();
  const env = { DATABASE_URL: database.url };
  await prepareDatabases(
    contexts.map((name) => ({ name, migrations: [messageTables, effectsTable] })),
    env,
  );
  return { database, env, drop: () => database.drop() };
}

const effectsTable = {
  name: '0001-effects',
  up: (query: (sql: string) => Promise<void>) =>
    query('CREATE TABLE effects (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subscription text, id uuid, key text, n int, note text)'),
};

export interface Effect {
  readonly subscription: string;
  readonly id: string;
  readonly key: string;
  readonly n: number;
  readonly note: string | null;
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

/** One context at work. */
export class TestContext {
  constructor(
    readonly database: Database,
    readonly messaging: ContextMessaging,
  ) {}

  /** Publishes in a transaction of its own. */
  publish(...events: EventMessage[]): Promise<void> {
    return this.database.run(() => this.messaging.outbox.publish(...events));
  }

  /** Writes down, in the running transaction, that a handler acted. */
  async effect(message: Message, key: string, n = 0, note?: string): Promise<void> {
    await this.database.query('INSERT INTO effects (subscription, id, key, n, note) VALUES ($1, $2, $3, $4, $5)', [
      message.subscription,
      message.id,
      key,
      n,
      note ?? null,
    ]);
  }

  effects(): Promise<Effect[]> {
    return this.database.query('SELECT subscription, id, key, n, note FROM effects ORDER BY seq');
  }

  async count(table: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count ?? 0;
  }
}

/** Several contexts in one process of a test, over one transport. */
export class Grove {
  private constructor(
    readonly transport: Transport,
    private readonly members: ReadonlyMap<string, TestContext>,
  ) {}

  /** Starts `here` (by default every context of `policies`) on `ground`. */
  static async start(settings: {
    readonly ground: Ground;
    readonly policies: (grove: () => Grove) => TestPolicies;
    readonly transport?: (map: MessageMap) => Transport;
    readonly placement?: Placement;
    readonly here?: readonly string[];
    readonly map?: MessageMap;
    readonly options?: ContextMessagingOptions;
  }): Promise<Grove> {
    const policies = settings.policies(() => grove);
    const map = settings.map ?? mapOf(policies);
    const transport =
      settings.transport?.(map) ?? new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type) });
    const placement = settings.placement ?? new TestPlacement(Object.keys(policies), transport.name);
    const members = new Map<string, TestContext>();
    const grove = new Grove(transport, members);
    for (const context of settings.here ?? Object.keys(policies)) {
      const database = new Database({ context, url: contextDatabaseUrl(context, settings.ground.env) });
      const messaging = new ContextMessaging(
        { database, migrations: [messageTables], transport, placement },
        { ...settings.options, dispatcher: { backoffMs: 20, maxBackoffMs: 200, ...settings.options?.dispatcher } },
      );
      members.set(context, new TestContext(database, messaging));
    }
    await transport.open();
    for (const [context, { messaging }] of members) messaging.start((policies[context] ?? []).map(handlerOf));
    return grove;
  }

  /** Resolves when every context works. */
  async ready(): Promise<this> {
    await eventually(() => this.problems().length === 0, { timeoutMs: 15_000 }).catch(() => {
      throw new Error(`The grove is not ready: ${this.problems().join('; ')}`);
    });
    return this;
  }

  problems(): string[] {
    return [...this.members.values()].flatMap(({ messaging }) => messaging.problems()).concat(this.transport.problems());
  }

  context(name: string): TestContext {
    const member = this.members.get(name);
    if (!member) throw new Error(`No context ${name} in this grove`);
    return member;
  }

  /** Resolves when no message waits anywhere: outboxes, what is owed, and inboxes are empty. */
  async quiet(timeoutMs = 15_000): Promise<void> {
    await eventually(
      async () => {
        for (const [name, member] of this.members) {
          for (const table of ['outbox', 'outbox_owed', 'inbox']) {
            const count = await member.count(table);
            if (count > 0) throw new Error(`${name} still has ${count} rows in ${table}; ${this.problems().join('; ')}`);
          }
        }
      },
      { timeoutMs, everyMs: 20 },
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members.values()].map(({ messaging }) => messaging.stop()));
    await this.transport.close();
    await Promise.all([...this.members.values()].map(({ database }) => database.close()));
  }
}
