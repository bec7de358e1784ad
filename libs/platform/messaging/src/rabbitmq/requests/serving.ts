import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { failpoint } from '../../failpoints';
import type { ReplyEnvelope, RequestEnvelope } from '../../transport/request-transport';
import { type BrokerConnection, type BrokerLogger, reasonOf } from '../connection/broker-connection';
import { closeChannel, KeptChannel } from '../connection/kept-channel';
import { publishOn } from '../connection/publishing';
import { Acknowledgements } from './acknowledgements';
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
  private consumer?: {
    readonly channel: ConfirmChannel;
    readonly tag: string;
    readonly acknowledgements: Acknowledgements;
  };
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
    consumer?.acknowledgements.flush();
    await this.channel.close();
  }

  private async serve(channel: ConfirmChannel): Promise<void> {
    const { queue, concurrency = 200 } = this.options;
    await channel.assertQueue(queue, {
      durable: true,
      autoDelete: true,
      arguments: { 'x-queue-type': 'classic' },
    });
    await channel.prefetch(concurrency);
    // A quarter of what may be in hand is answered and not acknowledged at most, so that the broker never runs dry.
    const acknowledgements = new Acknowledgements(channel, Math.floor(concurrency / 4));
    const { consumerTag: tag } = await channel.consume(queue, (request) => {
      if (request) this.take(channel, request, acknowledgements);
      // This very channel, whether it was prepared to its end or not: another takes its place.
      else if (!this.stopping) closeChannel(channel);
    });
    this.consumer = { channel, tag, acknowledgements };
  }

  private take(channel: ConfirmChannel, request: ConsumeMessage, acknowledgements: Acknowledgements): void {
    const work = this.reply(channel, request)
      .catch((error) => this.options.logger?.warn(`${this.options.queue}: ${reasonOf(error)}`))
      .then(() => {
        this.inHand.delete(work);
        acknowledgements.finished(request);
      });
    this.inHand.add(work);
  }

  private async reply(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    const { deadline, ...request } = decodeRequest(message);
    if (Date.now() > deadline + (this.options.clockSkewMs ?? 1_000)) return;
    const { replyTo, correlationId } = message.properties;
    const { type, body } = encodeReply(await this.options.answer(request));
    void failpoint('rabbitmq.before-reply');
    if (!replyTo) return;
    const address = { exchange: '', routingKey: replyTo, correlationId };
    publishOn(channel, { ...address, type, contentType: 'application/json' }, body);
  }
}
