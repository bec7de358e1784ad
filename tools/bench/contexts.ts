import { type EventMessage, type MessageMap, subscribersOf } from '@banyan/contracts';
import {
  ContextMessaging,
  type ContextMessagingOptions,
  InProcessTransport,
  messageTables,
  type Placement,
  readings,
  type SubscriptionHandler,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './scenario';

export interface BenchContext {
  readonly database: Database;
  readonly messaging: ContextMessaging;
}

export interface ContextsSettings {
  /** Subscriptions of each context. */
  readonly contexts: (all: () => Contexts) => Readonly<Record<string, readonly SubscriptionHandler[]>>;
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
      names.map((name) => ({ name, migrations: [messageTables, effects] })),
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
    for (const context of names) {
      const database = new Database({ context, url: contextDatabaseUrl(context, env) });
      const messaging = new ContextMessaging(
        { database, migrations: [messageTables], transport, placement },
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

  /** Publishes as many of `next` as asked, in transactions of 250, and leaves them in the outbox when the relay is stopped. */
  async fill(name: string, count: number, next: (n: number) => EventMessage): Promise<void> {
    const { database, messaging } = this.of(name);
    for (let n = 0; n < count; n += 250) {
      await database.run(async () => {
        for (let k = n; k < Math.min(count, n + 250); k++) await messaging.outbox.publish(next(k));
      });
    }
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
