import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { ReplyEnvelope, RequestEnvelope } from '../../transport/request-transport';
import { type BrokerConnection, type BrokerLogger, reasonOf } from '../connection/broker-connection';
import { KeptChannel } from '../connection/kept-channel';
import { decodeRequest, encodeReply } from './request-format';

export interface ServingOptions {
  readonly queue: string;
  readonly answer: (request: RequestEnvelope) => Promise<ReplyEnvelope>;
  /** Requests answered at a time. (Default: 200) */
  readonly concurrency?: number;
  /** How far the clocks of asking and answering machines may differ. (Default: 1000) */
  readonly clockSkewMs?: number;
  readonly logger?: BrokerLogger;
}

/** One instance that answers the requests of a context. */
export class Serving {
  private readonly channel: KeptChannel;
  private readonly inHand = new Set<Promise<void>>();
  private readonly finished = new Map<ConfirmChannel, ConsumeMessage[]>();
  private consumer?: { readonly channel: ConfirmChannel; readonly tag: string };
  private stopping = false;

  constructor(
    connection: BrokerConnection,
    private readonly options: ServingOptions,
  ) {
    this.channel = new KeptChannel(connection, {
      prepare: (channel) => this.serve(channel),
      lost: () => (this.consumer = undefined),
    });
  }

  get problem(): string | undefined {
    const { problem } = this.channel;
    return problem && `requests by ${this.options.queue} are not answered: ${problem}`;
  }

  /** Takes no more; resolves when everything in hand was answered. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { consumer } = this;
    // Nothing depends on the order of requests, so that this consumer may cancel.
    if (consumer) await consumer.channel.cancel(consumer.tag).catch(() => undefined);
    while (this.inHand.size > 0) await Promise.all(this.inHand);
    for (const channel of [...this.finished.keys()]) this.acknowledge(channel);
    await this.channel.close();
  }

  private async serve(channel: ConfirmChannel): Promise<void> {
    const { queue, concurrency = 200 } = this.options;
    await channel.assertQueue(queue, { durable: true, autoDelete: true });
    await channel.prefetch(concurrency);
    const { consumerTag: tag } = await channel.consume(queue, (request) => {
      if (request) this.take(channel, request);
      else if (!this.stopping) this.channel.renew();
    });
    this.consumer = { channel, tag };
  }

  private take(channel: ConfirmChannel, request: ConsumeMessage): void {
    const work = this.reply(channel, request)
      .catch((error) => this.options.logger?.warn(`${this.options.queue}: ${reasonOf(error)}`))
      .then(() => {
        this.inHand.delete(work);
        this.finish(channel, request);
      });
    this.inHand.add(work);
  }

  private async reply(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    const { deadline, ...request } = decodeRequest(message);
    if (Date.now() > deadline + (this.options.clockSkewMs ?? 1_000)) return;
    const { replyTo, correlationId } = message.properties;
    const { type, body } = encodeReply(await this.options.answer(request));
    if (replyTo) channel.publish('', replyTo, body, { correlationId, type, contentType: 'application/json' });
  }

  /** What finishes in one turn of the event loop is acknowledged together. */
  private finish(channel: ConfirmChannel, request: ConsumeMessage): void {
    const finished = this.finished.get(channel);
    if (finished) {
      finished.push(request);
      return;
    }
    this.finished.set(channel, [request]);
    setImmediate(() => this.acknowledge(channel));
  }

  private acknowledge(channel: ConfirmChannel): void {
    const finished = this.finished.get(channel) ?? [];
    this.finished.delete(channel);
    try {
      for (const request of finished) channel.ack(request);
    } catch {
      // The channel is gone; the broker hands them to another instance, which finds their deadline passed or answers again.
    }
  }
}
