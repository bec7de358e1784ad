import type { ReplyEnvelope, RequestEnvelope, RequestTransport } from '../../transport/request-transport';
import { BrokerConnection, type BrokerLogger } from '../connection/broker-connection';
import { rabbitNames, type RabbitNames } from '../names';
import { Asking } from './asking';
import { Serving, type ServingOptions } from './serving';

export interface RabbitRequestsOptions {
  /** Where the broker is, with the credentials of a user that may publish and consume. */
  readonly url: string;
  /** Names on the broker begin with it. (Default: banyan) */
  readonly prefix?: string;
  /** The deployable, for the broker's list of connections. (Default: banyan) */
  readonly name?: string;
  /** (Default: silence) */
  readonly logger?: BrokerLogger;
  /** A broker that is silent for two to three of these is given up. (Default: 3) */
  readonly heartbeatSeconds?: number;
  /** Requests answered at a time, per context. (Default: 200) */
  readonly concurrency?: number;
  /** How far the clocks of asking and answering machines may differ. (Default: 1000) */
  readonly clockSkewMs?: number;
}

/** Request and reply over RabbitMQ, by direct reply-to. Asking and answering have connections of their own. */
export class RabbitRequests implements RequestTransport {
  private readonly names: RabbitNames;
  private readonly asking: BrokerConnection;
  private readonly answering: BrokerConnection;
  private readonly servings = new Set<Serving>();
  private asker?: Asking;

  /** @throws TypeError when the URL is none for a broker. */
  constructor(private readonly options: RabbitRequestsOptions) {
    const { name = 'banyan', url, logger, heartbeatSeconds } = options;
    this.names = rabbitNames(options.prefix);
    this.asking = new BrokerConnection({ url, logger, heartbeatSeconds, name: `${name} asking` });
    this.answering = new BrokerConnection({ url, logger, heartbeatSeconds, name: `${name} answering` });
  }

  async open(): Promise<void> {
    this.asker ??= new Asking(this.asking, this.names);
    this.asking.open();
    this.answering.open();
  }

  ask(context: string, request: RequestEnvelope, deadlineMs: number): Promise<ReplyEnvelope> {
    this.asker ??= new Asking(this.asking, this.names);
    return this.asker.ask(context, request, deadlineMs);
  }

  async serve(context: string, answer: ServingOptions['answer']): Promise<{ stop(): Promise<void> }> {
    const { concurrency, clockSkewMs, logger } = this.options;
    const queue = this.names.requestsOf(context);
    const serving = new Serving(this.answering, { queue, answer, concurrency, clockSkewMs, logger });
    this.servings.add(serving);
    return {
      stop: async () => {
        await serving.stop();
        this.servings.delete(serving);
      },
    };
  }

  problems(): string[] {
    const found = [this.asker?.problem, ...[...this.servings].map(({ problem }) => problem)];
    return [...new Set(found.filter((problem) => problem))] as string[];
  }

  async close(): Promise<void> {
    await Promise.all([...this.servings].map((serving) => serving.stop()));
    await this.asker?.close();
    await Promise.all([this.asking.close(), this.answering.close()]);
  }
}
