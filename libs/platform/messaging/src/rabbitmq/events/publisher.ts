import { failpoint } from '../../failpoints';
import type { Delivery, TransportMessage } from '../../transport/transport';
import { encode } from './encode';
import type { BrokerConnection } from '../connection/broker-connection';
import { reasonOf } from '../connection/broker-connection';
import { KeptChannel } from '../connection/kept-channel';
import { type Publication, publishConfirmed } from '../connection/publishing';
import type { RabbitNames } from '../names';

export interface PublisherOptions {
  readonly names: RabbitNames;
  readonly subscribersOf: (type: string) => readonly string[];
  /** Why messages of these subscribers must not be published now, if so. */
  readonly hindrance: (subscribers: readonly string[]) => string | undefined;
  /** Publishing can begin, or begin again. */
  readonly ready: () => void;
  /** The broker found no queue for a message that somebody subscribes to. */
  readonly returned: () => void;
  /** Unconfirmed messages at a time. (Default: 1000) */
  readonly window?: number;
  /** A message that is not confirmed by then is unsent. (Default: 15000) */
  readonly confirmWithinMs?: number;
}

/** The messages of one `send`. */
interface Batch {
  readonly messages: readonly TransportMessage[];
  readonly deliveries: Delivery[];
  /** Index of the next message of the same key, by index. */
  readonly next: Int32Array;
  readonly only?: string;
  readonly subscribers: Map<string, readonly string[]>;
  open: number;
  resolve(deliveries: Delivery[]): void;
}

interface Flight {
  readonly batch: Batch;
  readonly index: number;
  returned: boolean;
}

const HELD: Delivery = Object.freeze({ outcome: 'held' });
const unsent = (reason: string): Delivery => ({ outcome: 'unsent', reason });

/** Publishes with pipelined confirms: many keys at once, of each key one message after the other. */
export class Publisher {
  private readonly channel: KeptChannel;
  private readonly flights = new Set<Flight>();
  private readonly batches = new Set<Batch>();
  private readonly window: number;
  /** Messages whose turn has come but for the window or an alarm, as batch and index. */
  private waiting: { readonly batch: Batch; readonly index: number }[] = [];
  private head = 0;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly options: PublisherOptions,
  ) {
    this.window = options.window ?? 1_000;
    this.channel = new KeptChannel(connection, {
      confirm: true,
      prepare: async (channel) => {
        channel.on('return', ({ properties, fields }) =>
          this.cameBack(properties.messageId, fields.routingKey),
        );
      },
      ready: options.ready,
      lost: () => this.giveUpWaiting(this.channel.problem ?? 'the channel was lost'),
    });
    connection.onChange(() => this.pump());
  }

  /** Why nothing can be published at this moment. */
  get problem(): string | undefined {
    return this.channel.problem;
  }

  /** Resolves with one delivery per message; never rejects. */
  send(messages: readonly TransportMessage[], only?: string): Promise<Delivery[]> {
    if (messages.length === 0) return Promise.resolve([]);
    if (!this.channel.current) {
      const delivery = unsent(this.problem ?? 'the channel is not open');
      return Promise.resolve(messages.map(() => delivery));
    }
    return new Promise((resolve) => {
      const batch: Batch = {
        messages,
        deliveries: new Array<Delivery>(messages.length),
        next: new Int32Array(messages.length).fill(-1),
        only,
        subscribers: new Map(),
        open: messages.length,
        resolve: (deliveries) => {
          clearTimeout(timer);
          this.batches.delete(batch);
          resolve(deliveries);
        },
      };
      const timer = setTimeout(() => this.giveUp(batch), this.options.confirmWithinMs ?? 15_000);
      this.batches.add(batch);
      this.line(batch);
      this.pump();
    });
  }

  async close(): Promise<void> {
    await this.channel.close();
    this.giveUpWaiting('the transport is closed');
  }

  /** Puts the first of each key in line; the others follow when the one before them is held. */
  private line(batch: Batch): void {
    const last = new Map<string, number>();
    batch.messages.forEach(({ publisher, key }, index) => {
      const chain = `${publisher} ${key}`;
      const before = last.get(chain);
      if (before === undefined) this.waiting.push({ batch, index });
      else batch.next[before] = index;
      last.set(chain, index);
    });
  }

  private pump(): void {
    while (this.head < this.waiting.length && this.flights.size < this.window && !this.connection.blocked) {
      const { batch, index } = this.waiting[this.head++]!;
      if (batch.deliveries[index] === undefined) this.publish(batch, index);
    }
    if (this.head === this.waiting.length && this.head > 0) {
      this.waiting = [];
      this.head = 0;
    }
  }

  private publish(batch: Batch, index: number): void {
    const message = batch.messages[index]!;
    const { names, hindrance } = this.options;
    const subscribers = batch.only === undefined ? this.subscribersOf(batch, message.type) : [batch.only];
    const hindered = this.channel.current ? hindrance(subscribers) : (this.problem ?? 'the channel was lost');
    if (hindered !== undefined) return this.settle(batch, index, unsent(hindered));
    const flight: Flight = { batch, index, returned: false };
    try {
      const { body, properties } = encode(message);
      const publication = properties as Publication;
      publication.exchange = batch.only === undefined ? names.exchange : '';
      publication.routingKey = batch.only === undefined ? message.type : names.queueOf(batch.only);
      publication.mandatory = subscribers.length > 0;
      publishConfirmed(this.channel.current!, publication, body, (error) => {
        this.flights.delete(flight);
        this.landed(flight, error);
        this.pump();
      });
      this.flights.add(flight);
    } catch (error) {
      // A channel that closed under our hands throws, as does a message that does not fit into a frame.
      const lost = !this.channel.current || (error as Error).name === 'IllegalOperationError';
      this.settle(batch, index, lost ? unsent(reasonOf(error)) : refused(reasonOf(error)));
    }
  }

  private landed({ batch, index, returned }: Flight, error: Error | null): void {
    if (batch.deliveries[index] !== undefined) return;
    void failpoint('rabbitmq.after-confirm');
    if (error === null)
      this.settle(batch, index, returned ? unsent(`no queue takes ${batch.messages[index]!.type}`) : HELD);
    else if (error.message === 'message nacked') this.settle(batch, index, refused('the broker refused it'));
    else this.settle(batch, index, unsent(this.problem ?? error.message));
  }

  private settle(batch: Batch, index: number, delivery: Delivery): void {
    batch.deliveries[index] = delivery;
    batch.open -= 1;
    const next = batch.next[index]!;
    if (next >= 0) {
      if (delivery.outcome === 'held') this.waiting.push({ batch, index: next });
      else this.settle(batch, next, unsent('the one before it of its key was not held'));
    }
    if (batch.open === 0) batch.resolve(batch.deliveries);
  }

  private cameBack(id: string, routingKey: string): void {
    for (const flight of this.flights) {
      const { batch, index } = flight;
      const { id: flown, type } = batch.messages[index]!;
      const via = batch.only === undefined ? type : this.options.names.queueOf(batch.only);
      if (flown === id && via === routingKey) flight.returned = true;
    }
    this.options.returned();
  }

  private giveUpWaiting(reason: string): void {
    const waiting = this.waiting.slice(this.head);
    this.waiting = [];
    this.head = 0;
    for (const { batch, index } of waiting)
      if (batch.deliveries[index] === undefined) this.settle(batch, index, unsent(reason));
  }

  /** The broker was silent for too long. What it does with them later is a duplicate at worst. */
  private giveUp(batch: Batch): void {
    const stuck = !this.connection.blocked && [...this.flights].some((flight) => flight.batch === batch);
    const reason = this.connection.problem ?? 'the broker did not confirm in time';
    batch.messages.forEach((_, index) => {
      if (batch.deliveries[index] === undefined) this.settle(batch, index, unsent(reason));
    });
    if (stuck) this.channel.renew();
  }

  private subscribersOf(batch: Batch, type: string): readonly string[] {
    let subscribers = batch.subscribers.get(type);
    if (!subscribers) batch.subscribers.set(type, (subscribers = this.options.subscribersOf(type)));
    return subscribers;
  }
}

const refused = (reason: string): Delivery => ({ outcome: 'refused', reason });
