import { type MessageMap, subscribersOf } from '@banyan/contracts';
import {
  ContextMessaging,
  type ContextMessagingOptions,
  InProcessTransport,
  awaitedContexts,
  messageTables,
  type Placement,
  readings,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { setTimeout as sleep } from 'node:timers/promises';
import { KEYS, template } from './orders';
import type { Bench } from './scenario';

export interface BenchContext {
  readonly database: Database;
  readonly messaging: ContextMessaging;
}

export interface ContextsSettings {
  /** Subscriptions of each context. */
  readonly contexts: (all: () => Contexts) => Readonly<Record<string, readonly SubscriptionHandler[]>>;
  /** Those that run; the others' queues fill. (Default: all) */
  readonly here?: readonly string[];
  /** (Default: in process) */
  readonly transport?: (map: MessageMap) => Promise<Transport>;
  readonly options?: ContextMessagingOptions;
}

/** Contexts at work in this process, as a deployable has them but for Nest. */
export class Contexts {
  private constructor(
    private readonly members: ReadonlyMap<string, BenchContext>,
    readonly transport: Transport,
    readonly adminUrl: string,
  ) {}

  static async start(bench: Bench, settings: ContextsSettings): Promise<Contexts> {
    const handlers = settings.contexts(() => contexts);
    const names = Object.keys(handlers);
    const env = { DATABASE_URL: await bench.database() };
    await prepareDatabases(
      names.map((name) => ({ name, migrations: [messageTables, awaitedContexts, effects] })),
      env,
    );
    const map = mapOf(handlers);
    const transport =
      (await settings.transport?.(map)) ??
      new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type) });
    const placement: Placement = {
      revision: 1,
      deployable: 'bench',
      transport: transport.name,
      contexts: names,
      isHere: () => true,
      urlOf: () => '',
    };
    const members = new Map<string, BenchContext>();
    for (const context of settings.here ?? names) {
      const database = new Database({ context, url: contextDatabaseUrl(context, env) });
      const messaging = new ContextMessaging(
        { database, migrations: [messageTables, awaitedContexts], transport, placement },
        settings.options,
      );
      members.set(context, { database, messaging });
    }
    const contexts = new Contexts(members, transport, env.DATABASE_URL);
    bench.after(() => contexts.stop());
    await transport.open();
    for (const [name, { messaging }] of members) messaging.start(handlers[name] ?? []);
    await contexts.until(() => contexts.problems().length === 0, 'ready');
    // Lanes and relays are taken within the first moments.
    await sleep(700);
    return contexts;
  }

  of(name: string): BenchContext {
    const member = this.members.get(name);
    if (!member) throw new Error(`No context ${name}`);
    return member;
  }

  /** Puts `count` orders into an outbox, as if they had just been published. */
  async fill(name: string, count: number): Promise<void> {
    await this.of(name).database.query(
      `INSERT INTO outbox (id, type, key, attributes, data)
       SELECT id, $2, key, replace(replace($3, '@id', id::text), '@key', key), replace($4, '@key', key)
         FROM unnest($1::uuid[]) WITH ORDINALITY AS m (id, n), LATERAL (SELECT ($5::text[])[1 + n % cardinality($5::text[])] AS key) k ORDER BY n`,
      [
        Array.from({ length: count }, () => uuidv7()),
        template.type,
        template.attributes,
        template.data,
        KEYS,
      ],
    );
  }

  /** Forgets what was received and not handled. */
  async empty(name: string): Promise<void> {
    const { database } = this.of(name);
    await database.query('DELETE FROM inbox');
    await this.asAdmin(`VACUUM ${name}.inbox, ${name}.inbox_seen`);
  }

  /** Resolves when nothing waits in its inbox. */
  async idle(name: string): Promise<void> {
    const { database } = this.of(name);
    await this.until(async () => (await database.query('SELECT 1 FROM inbox LIMIT 1')).length === 0, 'idle');
  }

  async asAdmin(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.adminUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  async until(reached: () => boolean | Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await reached())) {
      if (performance.now() > deadline) throw new Error(`not ${what} in time: ${this.problems().join('; ')}`);
      await sleep(2);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members.values()].map(({ messaging }) => messaging.stop()));
    await this.transport.close();
    await Promise.all([...this.members.values()].map(({ database }) => database.close()));
  }

  private problems(): string[] {
    return [...this.members.values()]
      .flatMap(({ messaging }) => messaging.problems())
      .concat(this.transport.problems());
  }
}

/** Where handlers leave what they did. */
const effects = {
  name: '0001-effects',
  up: (query: (sql: string) => Promise<void>) =>
    query('CREATE TABLE effects (order_id uuid NOT NULL, customer_id uuid NOT NULL, total int NOT NULL)'),
};

function mapOf(handlers: Readonly<Record<string, readonly SubscriptionHandler[]>>): MessageMap {
  const contexts = Object.entries(handlers).map(([context, list]) => {
    const subscribes: Record<string, string[]> = {};
    for (const key of readings(list).keys()) {
      const [type, identity] = key.split(' ') as [string, string];
      (subscribes[identity] ??= []).push(type);
    }
    return [context, { publishes: [], subscribes, answers: [], asks: [] }] as const;
  });
  return { contexts: Object.fromEntries(contexts) };
}
