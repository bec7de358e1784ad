import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { failpoint, guardRemoved } from '../../failpoints';
import type { Receiving, Store, StoreUnreadable, TransportMessage } from '../../transport/transport';
import { backoffMs, Waker } from '../../waker';
import { type BrokerConnection, type BrokerLogger, reasonOf } from '../connection/broker-connection';
import { closeChannel, KeptChannel } from '../connection/kept-channel';
import { decode, unreadable } from './decode';

export interface ConsumerOptions {
  readonly queue: string;
  readonly store: Store;
  /** (Default: such messages go to the broker's own dead letters) */
  readonly storeUnreadable?: StoreUnreadable;
  /** Messages in hand at most. (Default: 300) */
  readonly prefetch?: number;
  /** Messages stored at a time at most. (Default: 500) */
  readonly batchSize?: number;
  readonly logger?: BrokerLogger;
}

/** What one channel delivered and nobody acknowledged yet; void when the channel is gone, for the broker has it all again. */
interface Hand {
  readonly channel: ConfirmChannel;
  readonly messages: ConsumeMessage[];
}

/** A delivery that is no message, and why. */
interface Strange {
  readonly delivery: ConsumeMessage;
  readonly reason: string;
}

interface Sorted {
  readonly readable: TransportMessage[];
  readonly strange: Strange[];
}

/**
 * Takes messages off one queue, in order, into a store. It never cancels and never gives a single message back, because
 * both would reorder: it keeps what it has until that is stored, or closes its channel.
 */
export class Consumer implements Receiving {
  private readonly channel: KeptChannel;
  private readonly waker = new Waker();
  private hand?: Hand;
  private storing?: Promise<void>;
  private trouble?: string;
  private stopping = false;

  constructor(
    connection: BrokerConnection,
    private readonly options: ConsumerOptions,
  ) {
    this.channel = new KeptChannel(connection, {
      prepare: (channel) => this.consume(channel),
      lost: () => {
        this.hand = undefined;
        this.waker.wake();
      },
    });
  }

  /** What is wrong, in words for an operator. */
  get problem(): string | undefined {
    const { problem } = this.channel;
    return problem ? `queue ${this.options.queue} is not read: ${problem}` : this.trouble;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.storing;
    await this.channel.close();
  }

  private async consume(channel: ConfirmChannel): Promise<void> {
    await channel.prefetch(this.options.prefetch ?? 300);
    const hand: Hand = { channel, messages: [] };
    this.hand = hand;
    await channel.consume(this.options.queue, (message) => {
      if (message) {
        hand.messages.push(message);
        this.pump();
      } else closeChannel(channel);
    });
  }

  /** One store at a time, also across channels: a late end of an earlier one must not mix with what was delivered again. */
  private pump(): void {
    this.storing ??= this.run().finally(() => {
      this.storing = undefined;
      if (!this.stopping && this.hand?.messages.length) this.pump();
    });
  }

  private async run(): Promise<void> {
    // What the same read of the socket brought becomes one batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.hand?.messages.length && !this.stopping) {
      const { hand } = this;
      const batch = hand.messages.splice(0, this.options.batchSize ?? 500);
      const sorted = this.sort(batch);
      if (guardRemoved('rabbitmq.ack-after-store')) this.acknowledge(hand, batch.splice(0), sorted.strange);
      await failpoint('rabbitmq.after-delivery');
      if (await this.keep(hand, sorted)) {
        void failpoint('rabbitmq.before-ack');
        this.acknowledge(hand, batch, sorted.strange);
        void failpoint('rabbitmq.after-ack');
      }
    }
  }

  /** Resolves with whether the batch was stored; otherwise its channel is gone or closes, and the broker keeps it. */
  private async keep(hand: Hand, { readable, strange }: Sorted): Promise<boolean> {
    const { queue, store, storeUnreadable, logger } = this.options;
    const toKeep = storeUnreadable ? [...strange] : [];
    for (let failures = 0; this.hand === hand; failures += 1) {
      try {
        for (; toKeep.length > 0; toKeep.shift())
          await storeUnreadable!(unreadable(toKeep[0]!.delivery), toKeep[0]!.reason);
        if (readable.length > 0) await store(readable);
        this.trouble = undefined;
        return true;
      } catch (error) {
        const trouble = `what came by queue ${queue} cannot be stored: ${reasonOf(error)}`;
        if (this.trouble === undefined) logger?.warn(trouble);
        this.trouble = trouble;
        if (!this.stopping) await this.waker.sleep(backoffMs(failures, 50, 2_000));
        if (this.stopping) return false;
      }
    }
    return false;
  }

  private acknowledge(hand: Hand, batch: readonly ConsumeMessage[], strange: readonly Strange[]): void {
    if (this.hand !== hand) return;
    let taken = batch;
    if (!this.options.storeUnreadable && strange.length > 0) {
      const rejected = new Set(strange.map(({ delivery }) => delivery));
      for (const delivery of rejected) hand.channel.reject(delivery, false);
      taken = batch.filter((delivery) => !rejected.has(delivery));
    }
    const last = taken.at(-1);
    if (last) hand.channel.ack(last, true);
  }

  private sort(batch: readonly ConsumeMessage[]): Sorted {
    const sorted: Sorted = { readable: [], strange: [] };
    for (const delivery of batch) {
      try {
        sorted.readable.push(decode(delivery));
      } catch (error) {
        const reason = reasonOf(error);
        this.options.logger?.warn(`queue ${this.options.queue}: a message cannot be read: ${reason}`);
        sorted.strange.push({ delivery, reason });
      }
    }
    return sorted;
  }
}
