import type { ChannelModel } from 'amqplib';
import { backoffMs, Waker } from '../../waker';
import { connectTo, destroySocket, placeOf } from './connecting';

/** Where a broker's troubles are told; Nest's own logger is one. */
export interface BrokerLogger {
  log(message: string): void;
  warn(message: string): void;
}

export interface BrokerConnectionOptions {
  /** `amqp://user:password@host:5672/vhost`, or `amqps:` */
  readonly url: string;
  /** Shown in the broker's list of connections: `orders-service publishing`. */
  readonly name: string;
  /** A peer that is silent for two to three of these is given up. (Default: 3) */
  readonly heartbeatSeconds?: number;
  /** (Default: silence) */
  readonly logger?: BrokerLogger;
}

const CLOSE_WITHIN_MS = 2_000;

/**
 * A connection that comes back by itself, for ever. Nothing that happens to the broker throws or rejects here: `problem`
 * says what is wrong, and whoever needs the connection waits for `connected`.
 */
export class BrokerConnection {
  private model?: ChannelModel;
  private trouble?: string;
  private alarm?: string;
  private closing = false;
  private running?: Promise<void>;
  private waiting: ((model: ChannelModel | undefined) => void)[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly waker = new Waker();
  private readonly place: string;

  /** @throws TypeError when the URL is none. */
  constructor(private readonly options: BrokerConnectionOptions) {
    this.place = placeOf(options.url);
    this.trouble = `not connected to the broker at ${this.place} yet`;
  }

  open(): void {
    this.running ??= this.run();
  }

  /** The connection of this moment, if there is one. */
  get current(): ChannelModel | undefined {
    return this.model;
  }

  /** Why the broker takes nothing on this connection (an alarm of memory or disk), while it does so. */
  get blocked(): string | undefined {
    return this.alarm;
  }

  /** What is wrong, in words for an operator. */
  get problem(): string | undefined {
    return this.trouble ?? (this.alarm && `the broker at ${this.place} takes no messages: ${this.alarm}`);
  }

  /** Resolves with a connection as soon as there is one, and with nothing once this was closed. */
  connected(): Promise<ChannelModel | undefined> {
    if (this.model || this.closing) return Promise.resolve(this.model);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** `listener` is called when the connection came, went, was blocked or unblocked. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves when the broker has seen us go, or after two seconds. */
  async close(): Promise<void> {
    this.closing = true;
    this.waker.wake();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
    await Promise.race([this.model?.close().catch(() => undefined), patience]);
    if (this.model) destroySocket(this.model);
    this.handOut(undefined);
    await Promise.race([this.running, patience]);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closing;) {
      const since = Date.now();
      try {
        const model = await connectTo(this.options);
        if (this.closing) {
          destroySocket(model);
          return;
        }
        await this.live(model);
      } catch (error) {
        this.lose(`no connection to the broker at ${this.place}: ${reasonOf(error)}`);
      }
      if (this.closing) return;
      failures = Date.now() - since > 10_000 ? 0 : failures + 1;
      await this.waker.sleep(backoffMs(failures, 50, 5_000));
    }
  }

  /** Resolves when the connection is lost. */
  private live(model: ChannelModel): Promise<void> {
    return new Promise((resolve) => {
      let reason = 'closed';
      model.on('error', (error) => (reason = reasonOf(error)));
      model.on('blocked', (why) => this.alarmed(String(why)));
      model.on('unblocked', () => this.alarmed(undefined));
      model.on('close', (error?: Error) => {
        this.model = undefined;
        this.alarm = undefined;
        destroySocket(model);
        if (!this.closing) this.lose(`lost the broker at ${this.place}: ${error ? reasonOf(error) : reason}`);
        resolve();
      });
      this.model = model;
      this.alarm = undefined;
      this.trouble = undefined;
      this.options.logger?.log(`${this.options.name}: connected to the broker at ${this.place}`);
      this.handOut(model);
      this.changed();
    });
  }

  private lose(trouble: string): void {
    if (this.trouble !== trouble) this.options.logger?.warn(`${this.options.name}: ${trouble}`);
    this.trouble = trouble;
    this.changed();
  }

  private alarmed(alarm: string | undefined): void {
    this.alarm = alarm;
    if (alarm) this.options.logger?.warn(`${this.options.name}: ${this.problem}`);
    else this.options.logger?.log(`${this.options.name}: the broker at ${this.place} takes messages again`);
    this.changed();
  }

  private handOut(model: ChannelModel | undefined): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve(model);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The words of an error, also of one that has only a code. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
