import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageMap } from '@banyan/contracts';
import { adminDatabaseVariable, contextDatabaseUrl, databaseVariable } from '@banyan/persistence';
import { eventually, privatePostgres, type PrivatePostgres } from '@banyan/testing';
import { type Running, WORKSPACE } from '../shop/deployable';
import type { Ended, ShopOptions, Variant } from '../shop/options';
import { Shop } from '../shop/start-shop';
import { DIARY, diaryFrom } from './diary-rules';
import { Doors } from './doors';
import { Stopwatch } from './stopwatch';

/** A shop behind doors, whose processes are replaced while customers come by. */
export class Stage {
  readonly ends: Ended[] = [];
  /** How processes of the release that is rolled out differ from the first. */
  private release: Variant = {};
  /** Of the context that has one of its own. */
  private server?: PrivatePostgres;

  private constructor(
    readonly shop: Shop,
    readonly stopwatch: Stopwatch,
    private readonly doors: Doors,
    private readonly folder: string,
  ) {}

  static async open(options: ShopOptions = {}): Promise<Stage> {
    const [doors, stopwatch] = [new Doors(), new Stopwatch()];
    const folder = await mkdtemp(join(tmpdir(), 'banyan-release-'));
    try {
      const shop = await Shop.open({
        ...options,
        preload: [join(__dirname, '../faults/armed.ts'), join(__dirname, 'preloads/diary.ts')],
        sql: DIARY,
        seat: doors.seat,
        witness: stopwatch,
        env: {
          CARRIER: 'simulated',
          SHIPPING_DISPATCH_AFTER: '150ms',
          SHIPPING_DELIVERY_AFTER: '150ms',
          PAYMENTS_LONGEST_RETRY: '1s',
          ...options.env,
        },
      });
      return new Stage(shop, stopwatch, doors, folder);
    } catch (error) {
      await doors.close();
      throw error;
    }
  }

  /** What runs of a deployable. */
  of = (deployable: string): Running[] =>
    [...this.shop.running.values()].filter(({ name }) => name === deployable);

  /** One more process of a deployable. Resolves when its door leads to it. */
  async enter(deployable: string, variant?: Variant): Promise<Running> {
    const process = await this.shop.startOne(deployable, variant);
    await this.doors.leadTo(process);
    return process;
  }

  /** Takes processes out of service, as an orchestrator does: nobody is led to them any more, then they are stopped. */
  async leave(...processes: Running[]): Promise<void> {
    for (const process of processes) {
      await this.doors.closeTo(process);
      this.ends.push(await this.shop.stopOne(process));
    }
  }

  /** Replaces each of these processes by a new one: it enters before the old one leaves. */
  async replace(processes: readonly Running[], variant?: Variant): Promise<void> {
    for (const process of processes) {
      await this.enter(process.name, variant);
      await this.leave(process);
    }
  }

  /** Takes a context out, into so many processes: they come first, then the monoliths that pass it on. */
  async extract(context: string, processes = 1): Promise<void> {
    const monoliths = this.of('monolith');
    await this.shop.extract(context);
    for (let n = 0; n < processes; n++) await this.enter(`${context}-service`);
    await this.replace(monoliths);
  }

  /** Puts a context back: monoliths that host it come first, then its processes leave. */
  async absorb(context: string): Promise<void> {
    const monoliths = this.of('monolith');
    await this.shop.absorb(context);
    await this.replace(monoliths);
    await this.leave(...this.of(`${context}-service`));
  }

  /**
   * Takes the data of a context to a server of its own. Processes that know of it come first and wait, the others leave then;
   * `meanwhile` is what happens while both are there.
   */
  async moveOut(context: string, meanwhile?: () => Promise<void>): Promise<void> {
    this.server = await privatePostgres({ durable: true });
    await diaryFrom(this.shop.databaseUrl, this.server.url);
    await this.moveData(context, this.ownServer(context), { meanwhile });
  }

  /** Takes them back. */
  moveBack = (context: string): Promise<void> => this.moveData(context, {}, { back: true });

  private async moveData(
    context: string,
    knowing: Variant,
    { back = false, meanwhile }: { readonly back?: boolean; readonly meanwhile?: () => Promise<void> },
  ): Promise<void> {
    const service = `${context}-service`;
    const host = this.of(service).length > 0 ? service : 'monolith';
    const before = this.of(host);
    const entering = this.enter(host, knowing);
    const waiting = eventually(
      async () => {
        const [newcomer] = this.of(host).filter((each) => !before.includes(each));
        const answer = await fetch(`${newcomer!.url}/health/ready`);
        return answer.status === 503 && (await answer.text()).includes(`The data of ${context} `);
      },
      { timeoutMs: 60_000, everyMs: 50 },
    );
    await Promise.race([
      waiting,
      entering.then(() => Promise.reject(new Error('it did not wait for the data'))),
    ]);
    await this.shop.toolOf(
      this.ownServer(context),
      'tools/db-move/index.ts',
      context,
      ...(back ? ['--back'] : []),
    );
    await meanwhile?.();
    await entering;
    await this.leave(...before);
  }

  /** What tells a process that a context has a server of its own. */
  private ownServer(context: string): Variant {
    const { url } = this.server!;
    return {
      env: {
        [databaseVariable(context)]: contextDatabaseUrl(context, { DATABASE_URL: url }),
        [adminDatabaseVariable(context)]: url,
      },
    };
  }

  /** Processes of the next release, beside those of this one: see preloads/. */
  async nextRelease(): Promise<Variant> {
    const map: MessageMap = JSON.parse(await readFile(join(WORKSPACE, 'message-map.json'), 'utf8'));
    const { orders, inventory } = map.contexts;
    const next = {
      contexts: {
        ...map.contexts,
        orders: { ...orders, publishes: [...orders!.publishes, 'orders.order-placed.v2'] },
        inventory: {
          ...inventory,
          subscribes: {
            ...inventory!.subscribes,
            'reserve-stock': ['orders.order-placed.v1', 'orders.order-placed.v2'],
            'diary-orders-order-confirmed': ['orders.order-confirmed.v1'],
          },
        },
      },
    };
    await writeFile(join(this.folder, 'message-map.json'), JSON.stringify(next));
    this.release = {
      preload: ['next-release.ts', 'next-subscription.ts'].map((file) => join(__dirname, 'preloads', file)),
      env: { BANYAN_ROOT: this.folder },
    };
    return this.release;
  }

  /** Has a context told again what another tells, by the tool of the release that is rolled out: it knows who hears what. */
  repeat = (of: string, to: string): Promise<string> =>
    this.shop.toolOf(this.release, 'tools/messages.ts', 'republish', of, '--to', to);

  async close(): Promise<void> {
    await this.shop.close();
    await this.doors.close();
    await this.server?.leave();
    await rm(this.folder, { recursive: true, force: true });
  }
}
