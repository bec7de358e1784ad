import type { MessageMap } from '@banyan/contracts';
import { subscribersOf } from '@banyan/contracts';
import { testBroker } from '@banyan/testing';
import type { Channel } from 'amqplib';
import { v7 as uuid } from 'uuid';
import type { StoreUnreadable, TransportMessage } from '../../transport/transport';
import { RabbitTransport, type RabbitTransportOptions } from '../events/rabbit-transport';
import { rabbitNames } from '../names';
import { applyTopology, removeTopology } from '../topology/apply-topology';
import { withChannel } from '../topology/with-channel';

/** `trees` tells, `birds` and `bees` listen; nobody listens to `trees.leaf-fell.v1`. */
export const map: MessageMap = {
  contexts: {
    trees: {
      publishes: ['trees.fruit-ripened.v1', 'trees.leaf-fell.v1', 'trees.twig-grew.v1'],
      subscribes: {},
      answers: [],
      asks: [],
    },
    birds: {
      publishes: [],
      subscribes: { eat: ['trees.fruit-ripened.v1'], nest: ['trees.twig-grew.v1'] },
      answers: [],
      asks: [],
    },
    bees: { publishes: [], subscribes: { taste: ['trees.fruit-ripened.v1'] }, answers: [], asks: [] },
  },
};

/** A corner of a broker with the queues of `map`, and transports in it that are closed with it. */
export class Corner {
  readonly names;
  private readonly transports: RabbitTransport[] = [];

  private constructor(
    readonly url: string,
    readonly prefix: string,
  ) {
    this.names = rabbitNames(prefix);
  }

  /** With nothing declared yet. */
  static async bare(url?: string): Promise<Corner> {
    const broker = await testBroker([]);
    return new Corner(url ?? broker.url, broker.prefix);
  }

  static async of(url?: string): Promise<Corner> {
    const corner = await Corner.bare(url);
    await corner.apply();
    return corner;
  }

  apply = (): Promise<string[]> => applyTopology({ url: this.url, prefix: this.prefix, map });

  /** An open transport. */
  async transport(options: Partial<RabbitTransportOptions> = {}): Promise<RabbitTransport> {
    const transport = new RabbitTransport({
      url: this.url,
      prefix: this.prefix,
      subscribersOf: (type) => subscribersOf(map, type),
      subscribers: () => ['bees', 'birds'],
      watchEveryMs: 200,
      heartbeatSeconds: 1,
      ...options,
    });
    this.transports.push(transport);
    await transport.open();
    return transport;
  }

  /** Messages that wait for a context. */
  async depth(context: string): Promise<number> {
    return this.admin(
      async (channel) => (await channel.checkQueue(this.names.queueOf(context))).messageCount,
    );
  }

  /** Everything still in a context's queue once its consumers have closed, what they had in hand included. */
  async unread(context: string): Promise<number> {
    await Promise.all(this.transports.map((transport) => transport.close()));
    return this.depth(context);
  }

  /** Runs `work` on a channel of an administrator. */
  async admin<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    return withChannel(this.url, async (channel) => work(await channel()));
  }

  async close(): Promise<void> {
    await Promise.all(this.transports.map((transport) => transport.close()));
    await removeTopology({ url: this.url, prefix: this.prefix, map });
  }
}

/** Remembers what it is given to store, and fails on demand. */
export class Memory {
  readonly messages: TransportMessage[] = [];
  readonly unreadable: { readonly reason: string; readonly body: string; readonly properties: string }[] = [];
  readonly batches: number[] = [];
  failure?: string;
  failures = 0;

  store = async (messages: readonly TransportMessage[]): Promise<void> => {
    await this.fail();
    this.batches.push(messages.length);
    this.messages.push(...messages);
  };

  storeUnreadable: StoreUnreadable = async ({ body, properties }, reason) => {
    await this.fail();
    this.unreadable.push({ reason, properties, body: Buffer.from(body).toString() });
  };

  /** The number each message carries, in the order of arrival. */
  get numbers(): number[] {
    return this.messages.map(({ data }) => (JSON.parse(data) as { number: number }).number);
  }

  /** As `numbers`, each only when it came first: what an inbox that knows what it has seen keeps. */
  get firstSeen(): number[] {
    return [...new Set(this.numbers)];
  }

  private async fail(): Promise<void> {
    if (this.failure === undefined) return;
    this.failures += 1;
    throw new Error(this.failure);
  }
}

/** A message of `trees`; `number` is its data. */
export function fruit(number: number, key = 'fig', type = 'trees.fruit-ripened.v1'): TransportMessage {
  const id = uuid();
  const attributes = {
    specversion: '1.0',
    id,
    source: '/contexts/trees',
    type,
    time: '2026-11-21T05:00:00.123Z',
    datacontenttype: 'application/json',
    partitionkey: key,
    correlationid: id,
  };
  return {
    id,
    type,
    publisher: 'trees',
    key,
    attributes: JSON.stringify(attributes),
    data: JSON.stringify({ number }),
  };
}

/** `[from, from + 1, …, to - 1]` */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
