import type {
  EventContract,
  EventMessage,
  EventOf,
  MappedContext,
  MessageMap,
  ReplyOf,
  RequestContract,
  RequestOf,
  TimerMessage,
} from '@banyan/contracts';
import type { Host } from '@banyan/hosting';
import type { Type } from '@nestjs/common';
import { eventually } from './eventually';
import { testDatabase, type TestDatabase } from './test-database';
import { personIdOf, TestIssuer } from './test-issuer';

/** What a request over HTTP came back with. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: any;
}

/** How a request over HTTP is made. */
export interface HttpCall {
  /** Who asks: the name of a person, whose id is `personIdOf(name)`, and `staff` to be one. (Default: nobody) */
  readonly as?: string | { readonly name: string; readonly staff: boolean };
  /** An access token that the context itself has issued. */
  readonly token?: string;
  readonly body?: unknown;
  /** The `Idempotency-Key`. (Default: none) */
  readonly key?: string;
}

/**
 * One context alone, as it runs in production: its module, database, message tables and HTTP. The others are played by the
 * test: it publishes what they would publish, answers what they would answer, and waits for what this context publishes.
 */
export class Scenario {
  private constructor(
    private readonly context: string,
    private readonly host: Host,
    private readonly server: TestDatabase,
  ) {}

  /** Resolves when the context works. The caller stops it: `afterAll(() => scenario.stop())`. */
  static async of(module: Type): Promise<Scenario> {
    const { definitionOf, host, loadMessageMap } = await import('@banyan/hosting');
    const context = definitionOf(module).contract.name;
    const map = surroundings(context, loadMessageMap());
    const others = Object.keys(map.contexts).filter((name) => name !== context);
    const server = await testDatabase();
    const running = await host('scenario', [module, ...(await Promise.all(others.map(understudyOf)))], {
      map,
      topology: {
        revision: 1,
        deployables: { scenario: { contexts: Object.keys(map.contexts), url: 'http://localhost' } },
      },
      env: { DATABASE_URL: server.url, BANYAN_PREPARE: '1' },
      port: 0,
      logger: process.env['BANYAN_TEST_LOG'] ? undefined : false,
      signals: false,
      signingKeys: (told) => issuer.besides(told),
    });
    const scenario = new Scenario(context, running, server);
    await eventually(() => running.runtime.all.every(({ messaging }) => messaging.serving), {
      timeoutMs: 20_000,
    });
    return scenario;
  }

  /** From now on `answer` is what another context answers; it may throw an error of the contract, or anything, as if it were away. */
  play<Contract extends RequestContract>(
    contract: Contract,
    answer: (request: RequestOf<Contract>) => ReplyOf<Contract>,
  ): void {
    this.host.runtime.answering.add({ contract, answer: async (request) => answer(request as never) });
  }

  /** Another context publishes an event. */
  async publish(event: EventMessage): Promise<void> {
    const { database, messaging } = this.of(event.contract.context);
    await database.run(() => messaging.outbox.publish(event));
  }

  /** A timer that the context has set, or might have, is due now. */
  async due(timer: TimerMessage): Promise<void> {
    const { database, messaging } = this.of(this.context);
    await database.run(() => messaging.timers.set(timer, { due: new Date() }));
  }

  /** Asks the context, as another would. */
  ask<Contract extends RequestContract>(
    contract: Contract,
    request: RequestOf<Contract>,
  ): Promise<ReplyOf<Contract>> {
    return this.host.runtime.requests.ask(contract, request as never);
  }

  /** Waits until the context has published an event that fits, and returns its data. */
  published<Contract extends EventContract>(
    contract: Contract,
    fits: (data: EventOf<Contract>) => boolean = () => true,
  ): Promise<EventOf<Contract>> {
    return eventually(async () => {
      const rows = await this.of(this.context).database.query<{ data: string }>(
        'SELECT data FROM event_log WHERE type = $1 ORDER BY position',
        [contract.type],
      );
      const found = rows.map(({ data }) => JSON.parse(data) as EventOf<Contract>).find(fits);
      if (!found) throw new Error(`${this.context} has published no such ${contract.type}`);
      return found;
    });
  }

  /** Waits until nothing is under way, and returns the types of all that the context has published of `key`, in order. */
  async story(key: string): Promise<string[]> {
    await this.quiet();
    const rows = await this.of(this.context).database.query<{ type: string }>(
      'SELECT type FROM event_log WHERE key = $1 ORDER BY position',
      [key],
    );
    return rows.map(({ type }) => type);
  }

  /** Waits until no message is under way. Timers that are not due may wait. @throws when one is dead, with its error. */
  async quiet(): Promise<void> {
    await eventually(async () => {
      // The others first: what leaves one of them meanwhile is found in the context.
      for (const { database } of this.host.runtime.all.toReversed()) {
        const [{ busy }] = (await database.query<{ busy: boolean }>(
          'SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM inbox) OR EXISTS (SELECT 1 FROM timers WHERE due <= now()) AS busy',
        )) as [{ busy: boolean }];
        if (busy) return false;
      }
      return true;
    });
    const dead = await this.of(this.context).database.query<{ type: string; error: string }>(
      'SELECT type, error FROM inbox_dead',
    );
    if (dead.length > 0) throw new Error(`${dead[0]!.type} is dead: ${dead[0]!.error}`);
  }

  /** Calls the context over HTTP: `scenario.http('PUT /cart/items/MUG', { as: 'ann', body: { quantity: 2 } })`. */
  async http(what: string, { as, token, body, key }: HttpCall = {}): Promise<HttpAnswer> {
    const [method, path] = what.split(' ') as [string, string];
    const bearer = as ? await tokenOf(as) : token;
    const response = await fetch(`${this.host.url}/api/v1${path}`, {
      method,
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }

  /** Fills the context as development does. */
  async seed(): Promise<void> {
    const { seed } = this.of(this.context).definition;
    if (seed) await this.host.app.get(seed, { strict: false }).run();
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.server.drop();
  }

  private of(context: string) {
    const hosted = this.host.runtime.all.find(({ messaging }) => messaging.context === context);
    if (!hosted)
      throw new Error(`${this.context} neither hears nor asks ${context}, so the test cannot play it`);
    return hosted;
  }
}

/** A context and those that it hears or asks; the others hear nothing. */
function surroundings(context: string, { contexts }: MessageMap): MessageMap {
  const own = contexts[context];
  if (!own) throw new Error(`message-map.json knows no ${context}; generate it again`);
  const reads = new Set([...Object.values(own.subscribes).flat(), ...own.asks]);
  const near = Object.entries(contexts).filter(
    ([name, { publishes, answers }]) =>
      name !== context && [...publishes, ...answers].some((type) => reads.has(type)),
  );
  return {
    contexts: {
      [context]: own,
      ...Object.fromEntries(
        near.map(([name, mapped]): [string, MappedContext] => [
          name,
          { ...mapped, subscribes: {}, asks: [] },
        ]),
      ),
    },
  };
}

/** Stands in for a context: it has its database and outbox, and does nothing by itself. */
async function understudyOf(name: string): Promise<Type> {
  const { ContextModule } = await import('@banyan/hosting');
  const { contextContract } = await import('@banyan/contracts');
  const { Module } = await import('@nestjs/common');
  class Understudy {}
  Module({ imports: [ContextModule.of(contextContract(name, {}))] })(Understudy);
  return Understudy;
}

const issuer = new TestIssuer();

function tokenOf(as: NonNullable<HttpCall['as']>): Promise<string> {
  const { name, staff } = typeof as === 'string' ? { name: as, staff: false } : as;
  return issuer.issue({ personId: personIdOf(name), roles: staff ? ['staff'] : ['customer'] });
}
