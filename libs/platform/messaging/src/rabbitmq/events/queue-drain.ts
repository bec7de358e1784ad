import { Logger } from '@nestjs/common';
import type { ChannelModel } from 'amqplib';
import type { Receiver } from '../../inbox/receiver';
import { connectTo, placeOf } from '../connection/connecting';
import { rabbitNames } from '../names';
import { RabbitTransport } from './rabbit-transport';

export interface QueueDrainOptions {
  /** Where the broker is, with the credentials of a user that may consume. */
  readonly url: string;
  /** Names on the broker begin with it. (Default: banyan) */
  readonly prefix?: string;
  /** Where the messages of each context that came back belong. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  /** How often a queue is looked at. (Default: 100) */
  readonly everyMs?: number;
}

/**
 * Empties the queues of contexts that came back into one process into their inboxes. Whoever calls `empty` holds the relay
 * of its context, so that nothing of it is sent to a queue any more: what is empty then stays so.
 */
export class QueueDrain {
  private readonly logger = new Logger(QueueDrain.name);
  private current?: Promise<void>;
  private next?: Promise<void>;

  constructor(private readonly options: QueueDrainOptions) {}

  /**
   * Resolves when every queue was seen empty, with nobody else at it, in a round that began after this call.
   * @throws Error when the broker cannot be reached.
   */
  empty(): Promise<void> {
    if (!this.current) return (this.current = this.round().finally(() => (this.current = undefined)));
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.empty();
      });
    return this.next;
  }

  private async round(): Promise<void> {
    const { url, receivers } = this.options;
    let model: ChannelModel;
    try {
      model = await connectTo({ url, name: 'banyan drain' });
    } catch (error) {
      throw new Error(
        `messages may still wait at the broker ${placeOf(url)}, which does not answer (${(error as Error).message}); start it, so that they can be fetched`,
        { cause: error },
      );
    }
    model.on('error', () => undefined);
    try {
      for (const [context, receiver] of receivers) await this.emptyQueue(model, context, receiver);
    } finally {
      await model.close().catch(() => undefined);
    }
  }

  private async emptyQueue(model: ChannelModel, context: string, receiver: Receiver): Promise<void> {
    const { url, prefix, everyMs = 100 } = this.options;
    const queue = rabbitNames(prefix).queueOf(context);
    let fetched = false;
    for (;;) {
      const before = await queueState(model, queue);
      if (!before || (before.messages === 0 && before.consumers === 0)) {
        if (fetched) this.logger.log(`${context}: its queue is empty`);
        return;
      }
      fetched = true;
      const transport = new RabbitTransport({ url, prefix, name: 'banyan drain', subscribersOf: () => [] });
      await transport.open();
      try {
        const receiving = await transport.receive(
          context,
          (messages) => receiver.store(messages),
          (message, reason) => receiver.storeUnreadable(message, reason),
        );
        await this.untilQuiet(model, queue, everyMs);
        // What was in hand and not stored is the queue's again: the next look tells.
        await receiving.stop();
      } finally {
        await transport.close();
      }
    }
  }

  /** Until nothing waits, and nobody else, such as a process of the former placement, takes messages away. */
  private async untilQuiet(model: ChannelModel, queue: string, everyMs: number): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      const state = await queueState(model, queue);
      quiet = !state || (state.messages === 0 && state.consumers <= 1) ? quiet + 1 : 0;
    }
  }
}

/** Undefined when there is no such queue. Asked on a channel of its own, which a missing queue closes. */
async function queueState(
  model: ChannelModel,
  queue: string,
): Promise<{ messages: number; consumers: number } | undefined> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  try {
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    await channel.close();
    return { messages: messageCount, consumers: consumerCount };
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw error;
  }
}
