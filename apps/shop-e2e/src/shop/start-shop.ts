import { databaseVariable } from '@banyan/persistence';
import { absorb, extract } from '@banyan/tools';
import { eventually, testBroker, type TestBroker, type TestDatabase } from '@banyan/testing';
import type { Topology } from '@banyan/contracts';
import type { Tree } from '@nx/devkit';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { Data } from './data';
import { Deployable, type Running, surroundings, WORKSPACE } from './deployable';
import type { Ended, ShopOptions, Variant } from './options';
import { freePort } from '@banyan/servers';
import { type Invitation, People } from './people';
import { CONTEXTS, monolithAlone, type Placement } from './placements';
import type { Step } from './stage';
import { PUBLISHED_BUT_NOT_RECEIVED, WAITING } from './under-way';
import type { Visitor } from './visitor';

const PROVIDER = 'payment-provider';

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

/** A shop of a test's own: real processes, a database, and a corner of a broker where messages travel over one. */
export class Shop {
  readonly running = new Map<string, Running>();
  /** The processes that were stopped or replaced. */
  readonly past: Running[] = [];
  /** For good. */
  closed = false;
  /** The payment provider, which is no part of the shop. */
  provider?: Running;
  /** How often a journey was walked through it. */
  visits = 0;
  private readonly people: People;
  private broker?: TestBroker;

  private constructor(
    private readonly folder: string,
    private readonly options: ShopOptions,
    private readonly data: Data,
    /** By deployable. */
    private readonly ports: Map<string, number>,
  ) {
    this.people = new People(() => this.url, options.witness);
  }

  static async open(options: ShopOptions = {}): Promise<Shop> {
    const { placement = monolithAlone, databases, like } = options;
    const folder = await mkdtemp(join(tmpdir(), 'banyan-shop-'));
    const data = await Data.make({ apart: databases === 'apart', like });
    const shop = new Shop(folder, options, data, new Map());
    try {
      await shop.reserve('monolith', PROVIDER, ...CONTEXTS.map((context) => `${context}-service`));
      await Promise.all([shop.startProvider(), shop.prepare(placement)]);
      await data.openWindows();
      await shop.stocked();
      return shop;
    } catch (error) {
      await shop.close().catch(() => undefined);
      throw error;
    }
  }

  /** The data of a shop that was prepared, seeded and stopped, for others to begin like it. The caller drops it. */
  static async model(): Promise<TestDatabase> {
    const shop = await Shop.open();
    await shop.stop();
    await shop.provider?.stop();
    return shop.close({ keep: true });
  }

  /** Where clients find it, whatever runs behind: the address of the monolith. */
  get url(): string {
    return this.urlOf('monolith');
  }

  /** The database that its contexts share, as the server's superuser. */
  get databaseUrl(): string {
    return this.data.url;
  }

  /** Starts the deployables of a placement, under the next revision of the topology, and waits until all are ready. */
  async place(placement: Placement): Promise<void> {
    if (Object.keys(placement).length > 1) await this.findBroker();
    await this.reserve(...Object.keys(placement));
    const deployables = Object.entries(placement).map(([name, contexts]) => [
      name,
      { contexts, url: this.urlOf(name) },
    ]);
    await this.write({
      // What a copied shop remembers is of the first.
      revision: ((await this.topology())?.revision ?? (this.options.like ? 1 : 0)) + 1,
      deployables: Object.fromEntries(deployables),
    });
    const { absent = [] } = this.options;
    await this.start(...Object.keys(placement).filter((name) => !absent.includes(name)));
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
    await Promise.all(names.map((name) => this.startOne(name)));
  }

  /** Starts one process of a deployable, beside those of it that run, and waits until it is ready. */
  async startOne(name: string, variant: Variant = {}): Promise<Running> {
    const { preload = [], seat = (_name, address) => Promise.resolve(address) } = this.options;
    const deployable = this.host(name, {
      url: await seat(name, this.urlOf(name)),
      folder: this.folder,
      env: { ...(await this.environment()), ...variant.env },
      preload: [...(variant.preload ?? []), ...preload],
    });
    const beside = this.running.get(name)?.alive ?? false;
    this.running.set(beside ? `${name} at ${deployable.url}` : name, deployable);
    await deployable.ready();
    return deployable;
  }

  private get host() {
    return this.options.host ?? Deployable.start;
  }

  /** Starts whom the money is with, and waits until it is ready. */
  async startProvider(): Promise<void> {
    this.provider = this.host(PROVIDER, {
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

  /** The customer called `name`, or whoever runs the shop; see `People`. */
  as = (name: string, how?: Invitation): Promise<Visitor> => this.people.as(name, how);

  /** Somebody who has not signed in. */
  anybody = (): Visitor => this.people.anybody();

  /** Says which step of a journey is taken next. */
  enter(step: Step): void {
    this.options.witness?.enter?.(step);
  }

  /** Looks behind the counter. */
  async sql<Row extends object = any>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.data.sql<Row>(text, parameters);
  }

  /** Runs a tool of the workspace on this shop, as an operator does, and resolves with what it printed. @throws Error with that */
  tool = (file: string, ...args: string[]): Promise<string> => this.toolOf({}, file, ...args);

  /** The same of a release, of which processes differ by this. */
  async toolOf({ env }: Variant, file: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', join(WORKSPACE, 'tools/dev/register.js'), join(WORKSPACE, file), ...args],
      { cwd: WORKSPACE, env: { ...surroundings(), ...(await this.environment()), ...env } },
    );
    return stdout;
  }

  /** A context's timers of a type are due now: all of them, or that of one key. */
  async comesDue(type: string, key?: string): Promise<void> {
    const [context] = type.split('.');
    await this.sql(
      `UPDATE "${context}".timers SET due = now() WHERE type = $1 AND ($2::text IS NULL OR key = $2)`,
      [type, key ?? null],
    );
    await this.sql(`SELECT pg_notify('banyan_${context}', 'timers')`);
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
  async stop(...names: string[]): Promise<Ended[]> {
    const stopping = [...this.running.values()].filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    return Promise.all(stopping.map((each) => this.stopOne(each)));
  }

  /** Stops one process, whatever else runs of its deployable. */
  async stopOne(process: Running): Promise<Ended> {
    for (const [name, each] of this.running) if (each === process) this.running.delete(name);
    this.past.push(process);
    const { code } = await process.stop();
    return { name: process.name, code, left: process.leftSomething, faults: process.faults };
  }

  /** Ends whatever still runs and removes all that was made. `keep`: but for its data, which are whoever's asks. (Default: false) */
  async close({ keep = false } = {}): Promise<TestDatabase> {
    this.closed = true;
    const processes = [...this.running.values(), ...(this.provider ? [this.provider] : [])];
    for (const each of [...processes, ...this.past]) each.kill();
    await Promise.all(processes.map((each) => each.ended));
    if (keep) await this.data.close();
    else await this.data.drop();
    await this.broker?.drop();
    await rm(this.folder, { recursive: true, force: true });
    return this.data.shared;
  }

  /** Sessions of the shop's processes that the database still knows. */
  sessions = (): Promise<number> => this.data.sessions();

  private async prepare(placement: Placement): Promise<void> {
    const { sql, absent = [] } = this.options;
    if (sql) await this.sql(sql);
    if (absent.length > 0) await this.tool('tools/db-prepare.ts');
    await this.place(placement);
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

  /** Finds ports for those that have none. */
  private async reserve(...names: string[]): Promise<void> {
    const without = names.filter((name) => !this.ports.has(name));
    const ports = await Promise.all(without.map(() => freePort()));
    without.forEach((name, n) => this.ports.set(name, ports[n]!));
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
    const { reach = (_server, url) => Promise.resolve(url), like, env } = this.options;
    const { data } = this;
    const databases = CONTEXTS.map(async (context) => [
      databaseVariable(context),
      await reach(context, data.urlOf(context)),
    ]);
    return {
      DATABASE_URL: data.url,
      ...((this.options.reach || data.apart) && Object.fromEntries(await Promise.all(databases))),
      BANYAN_PREPARE: '1',
      ...(!like && { SEED: '1' }),
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
