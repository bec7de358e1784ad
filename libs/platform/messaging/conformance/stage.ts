import { type MessageMap, subscribersOf } from '@banyan/contracts';
import { testBroker } from '@banyan/testing';
import { Client } from 'pg';
import { withChannel } from '../src/rabbitmq/topology/with-channel';
import { applyTopology, rabbitNames, RabbitRequests, RabbitTransport } from '../src/rabbitmq';
import {
  Grove,
  type GroveSettings,
  inOneProcess,
  type TestContext,
  type TestPolicy,
  type Wiring,
} from './grove';
import { clearGround, type Ground, prepareGround } from './ground';
import { notes } from './messages';

export const transports = ['in-process', 'rabbitmq'] as const;
export type TransportName = (typeof transports)[number];

const CONTEXTS = ['orders', 'inventory', 'shipping'];

/** A transport, prepared as an administrator would, for one clause. */
interface Wires {
  readonly wiring: Wiring;
  /** Declares what `map` needs; what is there already stays. */
  prepare(map: MessageMap): Promise<void>;
  /** Whatever lies between outbox and inbox for `context` is gone, as after an accident. */
  lose(ground: Ground, context: string): Promise<void>;
  drop(): Promise<void>;
}

type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

async function asAdmin(url: string, work: (query: Query) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await work((sql, parameters) => client.query(sql, parameters)).finally(() => client.end());
}

const wires: Readonly<Record<TransportName, (contexts: readonly string[]) => Promise<Wires>>> = {
  'in-process': async () => ({
    wiring: inOneProcess,
    prepare: async () => undefined,
    lose: ({ database }, subscriber) =>
      asAdmin(database.url, async (query) => {
        for (const publisher of CONTEXTS)
          await query(`DELETE FROM ${publisher}.outbox_owed WHERE subscriber = $1`, [subscriber]);
      }),
    drop: async () => undefined,
  }),
  rabbitmq: async (contexts) => {
    const broker = await testBroker(contexts);
    const { url, prefix } = broker;
    const names = rabbitNames(prefix);
    let latest: MessageMap = { contexts: {} };
    const prepare = async (map: MessageMap) => {
      latest = map;
      await applyTopology({ url, prefix, map });
    };
    return {
      wiring: {
        name: 'rabbitmq',
        apart: true,
        transport: (map) =>
          new RabbitTransport({
            url,
            prefix,
            subscribersOf: (type) => subscribersOf(map, type),
            subscribers: () => Object.keys(map.contexts),
            watchEveryMs: 300,
          }),
        requests: () => new RabbitRequests({ url, prefix }),
      },
      prepare,
      lose: async (_, context) => {
        await withChannel(url, async (channel) => {
          await (await channel()).deleteQueue(names.queueOf(context));
        });
        await prepare(latest);
      },
      drop: () => broker.drop({ queues: [names.dead], exchanges: [names.dead] }),
    };
  },
};

/** A ground whose clause has ended well, cleared for the next. */
let cleared: Ground | undefined;

/** To be called once no clause is left. */
export const leaveGround = async (): Promise<void> => cleared?.drop();

/** A policy of a scene: what it leaves out is that of `notes`. */
export type Part = Pick<TestPolicy, 'name'> & Partial<TestPolicy>;

type SceneSettings = Omit<GroveSettings, 'ground' | 'wiring' | 'policies'>;

/** A grove at work, and its contexts. */
export interface Scene {
  readonly grove: Grove;
  readonly orders: TestContext;
  readonly inventory: TestContext;
  /** @throws Error when it has no part. */
  readonly shipping: TestContext;
}

/** Where one clause plays: an empty database per context and a transport, both of its own. */
export class Stage {
  private readonly groves: Grove[] = [];

  private constructor(
    readonly ground: Ground,
    private readonly wires: Wires,
  ) {}

  static async of(transport: TransportName): Promise<Stage> {
    const found = cleared ?? prepareGround(CONTEXTS);
    cleared = undefined;
    const [ground, prepared] = await Promise.all([found, wires[transport](CONTEXTS)]);
    return new Stage(ground, prepared);
  }

  /** A grove on this stage, at work. Several at once share its databases, as instances of the same contexts. */
  async grove(settings: Omit<GroveSettings, 'ground' | 'wiring'>): Promise<Grove> {
    const grove = await this.groveSoon(settings);
    return grove.ready();
  }

  /** Orders that tell, an inventory, and whoever else has a part; all handlers may use what this resolves with. */
  async scene(
    parts: Readonly<Record<string, readonly Part[]>>,
    settings: SceneSettings = {},
  ): Promise<Scene> {
    const grove = await this.grove({
      ...settings,
      policies: (grown) =>
        Object.fromEntries(
          Object.entries({ orders: [], inventory: [], ...parts }).map(([context, played]) => [
            context,
            played.map(({ name, ...more }: Part) => notes(grown, context, name, more)),
          ]),
        ),
    });
    return {
      grove,
      orders: grove.context('orders'),
      inventory: grove.context('inventory'),
      get shipping() {
        return grove.context('shipping');
      },
    };
  }

  /** As `grove`, without waiting for it to work. */
  async groveSoon(settings: Omit<GroveSettings, 'ground' | 'wiring'>): Promise<Grove> {
    const { wiring } = this.wires;
    const grove = Grove.prepare({ ...settings, ground: this.ground, wiring });
    this.groves.push(grove);
    await this.wires.prepare(grove.map);
    return grove.start();
  }

  /** Loses what lies between all outboxes and the inbox of `context`. */
  lose(context: string): Promise<void> {
    return this.wires.lose(this.ground, context);
  }

  /** `well` says that the next clause may play on the same ground. */
  async end(well: boolean): Promise<void> {
    const { ground } = this;
    await Promise.all(this.groves.map((grove) => grove.stop()));
    await this.wires.drop();
    if (!well) return ground.drop();
    await clearGround(ground, CONTEXTS);
    cleared = ground;
  }
}
