import { failpoint } from '../../failpoints';
import type { Delivery, TransportMessage } from '../../transport/transport';
import { type BrokerConnection, reasonOf } from '../connection/broker-connection';
import { KeptChannel } from '../connection/kept-channel';
import { type Publication, publishConfirmed } from '../connection/publishing';
import type { RabbitNames } from '../names';
import { Batch, HELD, refused, unsent } from './batch';
import { encode } from './encode';

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
  /** When nothing of a batch is confirmed for so long, the rest of it is unsent. (Default: 15000) */
  readonly confirmWithinMs?: number;
}

/** A message whose turn has come, or that is on its way. */
interface Flight {
  readonly batch: Batch;
  readonly index: number;
  returned: boolean;
}

/** Publishes with pipelined confirms: many keys at once, of each key one message after the other. */
export class Publisher {
  private readonly channel: KeptChannel;
  /** Published and not confirmed. */
  private readonly flights = new Set<Flight>();
  private readonly window: number;
  /** What waits, from `head` on, for the window or for an alarm to end. */
  private waiting: Flight[] = [];
  private head = 0;
  /** Subscribers by type, remembered for as long as anything is being sent. */
  private readonly subscribers = new Map<string, readonly string[]>();

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
      const batch = new Batch(messages, only, resolve);
      batch.watch(this.options.confirmWithinMs ?? 15_000, () => this.giveUp(batch));
      for (const index of batch.heads()) this.waiting.push({ batch, index, returned: false });
      this.pump();
    });
  }

  async close(): Promise<void> {
    await this.channel.close();
    this.giveUpWaiting('the transport is closed');
  }

  private pump(): void {
    while (this.head < this.waiting.length && this.flights.size < this.window && !this.connection.blocked) {
      const flight = this.waiting[this.head++]!;
      if (!flight.batch.isSettled(flight.index)) this.publish(flight);
    }
    if (this.head < this.waiting.length) return;
    this.waiting = [];
    this.head = 0;
    if (this.flights.size === 0) this.subscribers.clear();
  }

  private publish(flight: Flight): void {
    const { batch, index } = flight;
    const { only, messages } = batch;
    const { names, hindrance } = this.options;
    const message = messages[index]!;
    try {
      const subscribers = only === undefined ? this.subscribersOf(message.type) : [only];
      const channel = this.channel.current;
      const hindered = channel ? hindrance(subscribers) : this.problem;
      if (!channel || hindered !== undefined)
        return this.settle(flight, unsent(hindered ?? 'the channel was lost'));
      const { body, properties } = encode(message);
      const publication = properties as Publication;
      publication.exchange = only === undefined ? names.exchange : '';
      publication.routingKey = only === undefined ? message.type : names.queueOf(only);
      publication.mandatory = subscribers.length > 0;
      void failpoint('rabbitmq.before-publish');
      publishConfirmed(channel, publication, body, (error) => {
        this.flights.delete(flight);
        this.landed(flight, error);
        this.pump();
      });
      this.flights.add(flight);
      void failpoint('rabbitmq.after-publish');
    } catch (error) {
      // A channel that closed under our hands throws, as does a message that does not fit into a frame.
      const lost = !this.channel.current || (error as Error).name === 'IllegalOperationError';
      this.settle(flight, lost ? unsent(reasonOf(error)) : refused(reasonOf(error)));
    }
  }

  private landed(flight: Flight, error: Error | null): void {
    const { batch, index, returned } = flight;
    if (batch.isSettled(index)) return;
    void failpoint('rabbitmq.after-confirm');
    if (error === null)
      this.settle(flight, returned ? unsent(`no queue takes ${batch.messages[index]!.type}`) : HELD);
    else if (error.message === 'message nacked') this.settle(flight, refused('the broker refused it'));
    else this.settle(flight, unsent(this.problem ?? error.message));
  }

  private settle({ batch, index }: Flight, delivery: Delivery): void {
    const next = batch.settle(index, delivery);
    if (next >= 0) this.waiting.push({ batch, index: next, returned: false });
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
    for (const flight of waiting)
      if (!flight.batch.isSettled(flight.index)) this.settle(flight, unsent(reason));
  }

  /** The broker was silent for too long. What it does with them later is a duplicate at worst. */
  private giveUp(batch: Batch): void {
    const stuck = !this.connection.blocked && [...this.flights].some((flight) => flight.batch === batch);
    batch.settleRest(unsent(this.connection.problem ?? 'the broker did not confirm in time'));
    if (stuck) this.channel.renew();
  }

  private subscribersOf(type: string): readonly string[] {
    let subscribers = this.subscribers.get(type);
    if (!subscribers) this.subscribers.set(type, (subscribers = this.options.subscribersOf(type)));
    return subscribers;
  }
}
