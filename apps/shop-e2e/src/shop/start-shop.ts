import { absorb, extract } from '@banyan/tools';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@banyan/testing';
import type { Topology } from '@banyan/contracts';
import type { Tree } from '@nx/devkit';
import { contextDatabaseUrl } from '@banyan/persistence';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { Pool } from 'pg';
import { Deployable, surroundings, WORKSPACE } from './deployable';
import { CONTEXTS, monolithAlone, type Placement } from './placements';
import { Visitor } from './visitor';

const PROVIDER = 'payment-provider';

/** Of everybody whom tests sign up. */
const PASSWORD = 'a password for tests';

/** Hashes that cost next to nothing, tokens that outlive every test, and no lock for who comes before Sam is there. */
const QUICK_SIGN_IN = {
  USERS_ARGON2_MEMORY_KIB: '64',
  USERS_ARGON2_PASSES: '1',
  USERS_ACCESS_TOKEN_LIFE: '2h',
  USERS_LOCKOUT_FAILURES: '1000',
};

/** Goods leave and arrive when staff say so, and nobody waits for a delivered order to be closed or a provider to be tried again. */
const AT_HAND = {
  CARRIER: 'manual',
  ORDERS_COMPLETE_AFTER: '1ms',
  PAYMENTS_FIRST_RETRY: '100ms',
  PROVIDER_SLOW_MS: '1000',
};

export interface ShopOptions {
  /** (Default: the monolith alone) */
  readonly placement?: Placement;
  /** Further variables of each process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that the shop's processes load before their own. (Default: none) */
  readonly preload?: readonly string[];
  /** (Default: a corner of the run's broker, where messages travel over one) */
  readonly broker?: TestBroker;
  /** The address by which processes reach a server: `broker`, `payment-provider`, or a context's database. (Default: its own) */
  readonly reach?: (server: string, url: string) => Promise<string>;
}

/** A shop of a test's own: real processes, a database, and a corner of a broker where messages travel over one. */
export class Shop {
  readonly running = new Map<string, Deployable>();
  /** The processes that were stopped or replaced. */
  readonly past: Deployable[] = [];
  /** For good. */
  closed = false;
  /** The payment provider, which is no part of the shop. */
  provider?: Deployable;
  /** By e-mail. */
  private readonly people = new Map<string, Promise<Visitor>>();
  private broker?: TestBroker;

  private constructor(
    /** Where clients find it, whatever runs behind: the address of the monolith. */
    readonly url: string,
    private readonly ports: ReadonlyMap<string, number>,
    private readonly folder: string,
    private readonly options: ShopOptions,
    private readonly database: TestDatabase,
    private readonly pool: Pool,
  ) {}

  static async open(options: ShopOptions = {}): Promise<Shop> {
    const { placement = monolithAlone } = options;
    const [database, folder, ...ports] = await Promise.all([
      testDatabase(),
      mkdtemp(join(tmpdir(), 'banyan-shop-')),
      ...['monolith', PROVIDER, ...CONTEXTS.map((context) => `${context}-service`)].map(
        async (name) => [name, await freePort()] as const,
      ),
    ]);
    const pool = new Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => undefined);
    const port = new Map(ports);
    const url = `http://127.0.0.1:${port.get('monolith')}`;
    const shop = new Shop(url, port, folder, options, database, pool);
    try {
      const provider = shop.startProvider();
      await shop.place(placement);
      await provider;
      await shop.stocked();
      return shop;
    } catch (error) {
      await shop.close().catch(() => undefined);
      throw error;
    }
  }

  /** Starts the deployables of a placement, under the next revision of the topology, and waits until all are ready. */
  async place(placement: Placement): Promise<void> {
    if (Object.keys(placement).length > 1) await this.findBroker();
    const deployables = Object.entries(placement).map(([name, contexts]) => [
      name,
      { contexts, url: this.urlOf(name) },
    ]);
    await this.write({
      revision: ((await this.topology())?.revision ?? 0) + 1,
      deployables: Object.fromEntries(deployables),
    });
    await this.start(...Object.keys(placement));
  }

  /** What `nx g @banyan/tools:extract` does to the workspace, here to the topology of this shop. */
  extract = (context: string): Promise<void> => this.generate(extract, context);

  /** What `nx g @banyan/tools:absorb` does. */
  absorb = (context: string): Promise<void> => this.generate(absorb, context);

  /** Has contexts placed as a topology says, at this shop's own addresses: those of development may be in use by another. */
  async follow({ revision, deployables }: Topology): Promise<void> {
    await this.findBroker();
    const here = Object.entries(deployables).map(([name, { contexts }]) => [
      name,
      { contexts, url: this.urlOf(name) },
    ]);
    await this.write({ revision, deployables: Object.fromEntries(here) });
  }

  /** Starts deployables under the topology as it is now, and waits until all are ready. */
  async start(...names: string[]): Promise<void> {
    const env = await this.environment();
    const { folder } = this;
    const { preload } = this.options;
    const started = names.map((name) => {
      const deployable = Deployable.start(name, { url: this.urlOf(name), folder, env, preload });
      this.running.set(name, deployable);
      return deployable;
    });
    await Promise.all(started.map((each) => each.ready()));
  }

  /** Starts whom the money is with, and waits until it is ready. */
  async startProvider(): Promise<void> {
    this.provider = Deployable.start(PROVIDER, {
      url: this.urlOf(PROVIDER),
      folder: this.folder,
      env: await this.environment(),
    });
    await this.provider.ready();
  }

  /** Lends this shop a corner of the run's broker; the deployables that start from now on know of it. */
  async findBroker(): Promise<void> {
    this.broker ??= this.options.broker ?? (await testBroker(CONTEXTS));
  }

  /** The customer called `name`, who signs up at the first time, or whoever runs the shop. */
  async as(name: string, { staff = false } = {}): Promise<Visitor> {
    const email = staff ? 'sam@example.org' : `${name.replaceAll(/[^A-Za-z0-9]+/g, '.')}@example.com`;
    const visitor = this.people.get(email) ?? this.meet(name, email, staff);
    this.people.set(email, visitor);
    return visitor;
  }

  private async meet(name: string, email: string, staff: boolean): Promise<Visitor> {
    const token = await this.signIn(email, staff ? 'banyan-demo-sam' : PASSWORD, name);
    if (staff) return new Visitor(this.url, token);
    const home = { name, line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };
    const { body } = await new Visitor(this.url, token).post('/users/me/addresses', home);
    return new Visitor(this.url, token, body.id);
  }

  private async signIn(email: string, password: string, name: string): Promise<string> {
    const credentials = { email, password };
    // Sam is there once the seed is planted; others sign up, and again where a shop in trouble did not take it.
    return eventually(
      async () => {
        if (password === PASSWORD) await this.anybody().post('/users', { ...credentials, name });
        const { status, body } = await this.anybody().post('/auth/login', credentials);
        if (status !== 200) throw new Error(`${email} cannot sign in: ${status} ${JSON.stringify(body)}`);
        return body.accessToken as string;
      },
      { timeoutMs: 10_000, everyMs: 100 },
    );
  }

  /** Somebody who has not signed in. */
  anybody = (): Visitor => new Visitor(this.url);

  /** Looks behind the counter. */
  async sql<Row extends object = any>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, parameters)).rows;
  }

  /** Runs a tool of the workspace on this shop, as an operator does, and resolves with what it printed. @throws Error with that */
  async tool(file: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', join(WORKSPACE, 'tools/dev/register.js'), join(WORKSPACE, file), ...args],
      { cwd: WORKSPACE, env: { ...surroundings(), ...(await this.environment()) } },
    );
    return stdout;
  }

  /** Resolves when no message is under way anywhere. @throws Error that says which are */
  async quiet(timeoutMs = 30_000): Promise<void> {
    await eventually(
      async () => {
        // In one statement, so that no message passes between two looks. A broker may hold what no table does any more.
        const [{ waiting, unheard }] = (await this.sql<{ waiting: unknown; unheard: unknown[] | null }>(
          `SELECT (SELECT json_agg(w) FROM (${WAITING}) w) AS waiting,
                  (SELECT json_agg(u) FROM (${PUBLISHED_BUT_NOT_RECEIVED}) u) AS unheard`,
        )) as [{ waiting: unknown; unheard: unknown[] | null }];
        if (waiting ?? unheard)
          throw new Error(
            `Messages are under way: ${JSON.stringify(waiting)}, unheard ${JSON.stringify(unheard?.slice(0, 5))}`,
          );
      },
      { timeoutMs, everyMs: 50 },
    );
  }

  /** Events that were published, of which a subscription has not heard. */
  unheard = (): Promise<{ id: string; type: string; subscription: string }[]> =>
    this.sql(PUBLISHED_BUT_NOT_RECEIVED);

  /** Stops deployables, as an orchestrator does. (Default: all that run) */
  async stop(
    ...names: string[]
  ): Promise<{ name: string; code: number | null; left: boolean; faults: string[] }[]> {
    const stopping = [...this.running.values()].filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    for (const { name } of stopping) this.running.delete(name);
    this.past.push(...stopping);
    return Promise.all(
      stopping.map(async (each) => {
        const { code } = await each.stop();
        return { name: each.name, code, left: each.leftSomething, faults: each.faults };
      }),
    );
  }

  /** Ends whatever still runs and removes all that was made. */
  async close(): Promise<void> {
    this.closed = true;
    const processes = [...this.running.values(), ...(this.provider ? [this.provider] : [])];
    for (const each of [...processes, ...this.past]) each.kill();
    await Promise.all(processes.map((each) => each.ended));
    await this.pool.end();
    await this.database.drop();
    await this.broker?.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Sessions of the shop's processes that the database still knows. */
  async sessions(): Promise<number> {
    const [row] = await this.sql<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%\\_app'
          AND usename NOT LIKE 'payment\\_provider%'`,
    );
    return row!.count;
  }

  /** The seed is planted once the contexts work; until then there is nothing to buy. */
  private async stocked(): Promise<void> {
    await eventually(
      async () => {
        const [row] = await this.sql<{ ready: boolean }>(
          `SELECT (SELECT count(*) FROM catalog.products) >= 60
              AND (SELECT count(*) FROM inventory.stock WHERE received > 0) >= 59 AS ready`,
        );
        return row!.ready;
      },
      { timeoutMs: 20_000, everyMs: 50 },
    );
    await this.quiet();
  }

  private async generate(
    generator: (tree: Tree, options: { context: string }) => Promise<unknown>,
    context: string,
  ): Promise<void> {
    await this.findBroker();
    for (const name of this.ports.keys())
      await mkdir(join(this.folder, 'apps', name, 'src'), { recursive: true });
    for (const name of this.ports.keys())
      await writeFile(join(this.folder, 'apps', name, 'src', 'main.ts'), '');
    const tree = new FsTree(this.folder, false);
    await generator(tree, { context });
    flushChanges(this.folder, tree.listChanges());
    await this.follow((await this.topology())!);
  }

  private urlOf = (name: string): string => `http://127.0.0.1:${this.ports.get(name)}`;

  private get topologyFile(): string {
    return join(this.folder, 'topology.json');
  }

  private topology = async (): Promise<Topology | undefined> =>
    existsSync(this.topologyFile) ? JSON.parse(await readFile(this.topologyFile, 'utf8')) : undefined;

  private write = (topology: Topology): Promise<void> =>
    writeFile(this.topologyFile, JSON.stringify(topology));

  private async environment(): Promise<Record<string, string | undefined>> {
    const { reach = (_server, url) => Promise.resolve(url), env } = this.options;
    const DATABASE_URL = this.database.url;
    const databases = CONTEXTS.map(async (context) => [
      `${context.toUpperCase()}_DATABASE_URL`,
      await reach(context, contextDatabaseUrl(context, { DATABASE_URL })),
    ]);
    return {
      DATABASE_URL,
      ...(this.options.reach && Object.fromEntries(await Promise.all(databases))),
      BANYAN_PREPARE: '1',
      SEED: '1',
      BANYAN_TOPOLOGY: this.topologyFile,
      ...QUICK_SIGN_IN,
      ...AT_HAND,
      PAYMENT_PROVIDER_URL: await reach(PROVIDER, this.urlOf(PROVIDER)),
      ...(this.broker && {
        RABBITMQ_URL: await reach('broker', this.broker.url),
        RABBITMQ_PREFIX: this.broker.prefix,
      }),
      ...env,
    };
  }
}

/** Timers by which a context goes on with something at once, or tries it again, or a parcel moves on; others are clocks. */
const WORK = [
  'payments.provider-due.v1',
  'notifications.delivery-due.v1',
  'orders.completion-due.v1',
  'shipping.dispatch-due.v1',
  'shipping.delivery-due.v1',
]
  .map((type) => `'${type}'`)
  .join(', ');

const WAITING = CONTEXTS.flatMap((context) =>
  ['outbox', 'outbox_owed', 'inbox', `timers WHERE type IN (${WORK})`].map(
    (table) =>
      `SELECT '${context}.${table.split(' ')[0]}' AS place, count(*)::int AS messages FROM ${context}.${table} HAVING count(*) > 0`,
  ),
).join(' UNION ALL ');

/** By the log of each context, against what each subscriber has seen. */
const PUBLISHED_BUT_NOT_RECEIVED = CONTEXTS.flatMap((subscriber) =>
  CONTEXTS.map(
    (publisher) => `
      SELECT e.id, e.type, s.identity AS subscription FROM ${publisher}.event_log e JOIN ${subscriber}.subscriptions s ON s.type = e.type
       WHERE NOT EXISTS (SELECT 1 FROM ${subscriber}.inbox_seen seen
                          WHERE seen.id = e.id AND seen.subscription = s.identity)`,
  ),
).join(' UNION ALL ');

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
