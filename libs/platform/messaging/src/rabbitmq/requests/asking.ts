import { ContextUnavailable } from '@banyan/contracts';
import type { Message } from 'amqplib';
import { failpoint } from '../../failpoints';
import type { ReplyEnvelope, RequestEnvelope } from '../../transport/request-transport';
import { type BrokerConnection, reasonOf } from '../connection/broker-connection';
import { closeChannel, KeptChannel } from '../connection/kept-channel';
import { publishOn } from '../connection/publishing';
import type { RabbitNames } from '../names';
import { decodeReply, encodeRequest } from './request-format';

const REPLY_TO = 'amq.rabbitmq.reply-to';

interface Question {
  readonly context: string;
  readonly timer: NodeJS.Timeout;
  resolve(reply: ReplyEnvelope): void;
  reject(error: ContextUnavailable): void;
}

/** Sends requests and waits for their replies, on one channel, as direct reply-to wants it. */
export class Asking {
  private readonly channel: KeptChannel;
  private readonly open = new Map<string, Question>();
  private count = 0;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly names: RabbitNames,
  ) {
    this.channel = new KeptChannel(connection, {
      prepare: async (channel) => {
        channel.on('return', ({ properties }) => this.cameBack(properties.correlationId));
        await channel.consume(REPLY_TO, (reply) => (reply ? this.answered(reply) : closeChannel(channel)), {
          noAck: true,
        });
      },
      lost: () => this.failAll(this.channel.problem ?? 'the broker went away before it answered'),
    });
  }

  get problem(): string | undefined {
    return this.channel.problem ?? (this.connection.blocked && this.connection.problem);
  }

  /** @throws ContextUnavailable */
  ask(context: string, request: RequestEnvelope, deadlineMs: number): Promise<ReplyEnvelope> {
    const { current: channel } = this.channel;
    if (!channel || this.connection.blocked)
      return Promise.reject(new ContextUnavailable(context, this.problem ?? 'the broker is away'));
    return new Promise((resolve, reject) => {
      const correlationId = (this.count += 1).toString(36);
      const timer = setTimeout(
        () => this.fail(correlationId, `no answer within ${deadlineMs} ms`),
        deadlineMs,
      );
      this.open.set(correlationId, { context, timer, resolve, reject });
      try {
        const address = { routingKey: this.names.requestsOf(context), replyTo: REPLY_TO, correlationId };
        const { body, publication } = encodeRequest(request, deadlineMs, address);
        publishOn(channel, publication, body);
        void failpoint('rabbitmq.after-asking');
      } catch (error) {
        this.fail(correlationId, reasonOf(error));
      }
    });
  }

  async close(): Promise<void> {
    this.failAll('this process is closing');
    await this.channel.close();
  }

  private answered(reply: Message): void {
    // One that came too late finds nobody.
    this.take(reply.properties.correlationId)?.resolve(decodeReply(reply));
  }

  private cameBack(correlationId: string): void {
    this.fail(correlationId, 'no instance of it is connected');
  }

  private failAll(reason: string): void {
    for (const correlationId of [...this.open.keys()]) this.fail(correlationId, reason);
  }

  private fail(correlationId: string, reason: string): void {
    const question = this.take(correlationId);
    question?.reject(new ContextUnavailable(question.context, reason));
  }

  private take(correlationId: string): Question | undefined {
    const question = this.open.get(correlationId);
    if (!question) return undefined;
    clearTimeout(question.timer);
    this.open.delete(correlationId);
    return question;
  }
}
