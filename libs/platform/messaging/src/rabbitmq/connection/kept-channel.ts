import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { backoffMs, Waker } from '../../waker';
import { type BrokerConnection, reasonOf } from './broker-connection';

export interface KeptChannelOptions {
  /** With publisher confirms. (Default: false) */
  readonly confirm?: boolean;
  /** Makes each new channel useful: declares, consumes, listens. When it rejects, another channel is tried after a while. */
  prepare(channel: ConfirmChannel): Promise<void>;
  /** A prepared channel is there. */
  ready?(): void;
  /** The channel that was prepared, or was about to be, is gone. */
  lost?(): void;
}

const CLOSE_WITHIN_MS = 5_000;

/** A channel that comes back by itself whenever it, or its connection, is lost. */
export class KeptChannel {
  private channel?: ConfirmChannel;
  private trouble?: string = 'its channel is not open yet';
  private closing = false;
  private closed: Promise<unknown> = Promise.resolve();
  private readonly waker = new Waker();
  private readonly running: Promise<void>;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly options: KeptChannelOptions,
  ) {
    this.running = this.run();
  }

  /** The prepared channel of this moment. */
  get current(): ConfirmChannel | undefined {
    return this.channel;
  }

  /** Why there is none. */
  get problem(): string | undefined {
    return this.connection.current ? this.trouble : this.connection.problem;
  }

  /** Drops the present channel, so that a fresh one takes its place. */
  renew(): void {
    if (this.channel) closeChannel(this.channel);
    this.channel = undefined;
    this.trouble ??= 'its channel is being replaced';
  }

  /** Closes it for good; what was written to it before is seen by the broker first. Resolves at the latest after five seconds. */
  async close(): Promise<void> {
    this.closing = true;
    this.waker.wake();
    this.renew();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
    await Promise.race([this.closed, patience]);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closing;) {
      const model = await this.connection.connected();
      if (!model || this.closing) return;
      const since = Date.now();
      const life = this.live(model);
      this.closed = life;
      this.trouble = await life;
      this.options.lost?.();
      if (this.closing) return;
      failures = Date.now() - since > 10_000 ? 0 : failures + 1;
      if (this.connection.current) await this.waker.sleep(backoffMs(failures, 50, 2_000));
    }
  }

  /** Resolves with the reason when the channel is gone. */
  private async live(model: ChannelModel): Promise<string> {
    const opened = await openChannel(this.connection, model, this.options.confirm).catch(reasonOf);
    if (typeof opened === 'string') return opened;
    const { channel, closed } = opened;
    try {
      await this.options.prepare(channel);
    } catch (error) {
      closeChannel(channel);
      await closed;
      return reasonOf(error);
    }
    let gone = false;
    void closed.then(() => (gone = true));
    await Promise.resolve();
    if (!gone) {
      this.channel = channel;
      this.trouble = undefined;
      if (this.closing) closeChannel(channel);
      else this.options.ready?.();
    }
    const reason = await closed;
    this.channel = undefined;
    return reason;
  }
}

/** A channel, and a promise of the reason for which it was closed. Rejects when it could not be opened. */
export async function openChannel(
  connection: BrokerConnection,
  model: ChannelModel,
  confirm = false,
): Promise<{ readonly channel: ConfirmChannel; readonly closed: Promise<string> }> {
  const channel = (await (confirm ? model.createConfirmChannel() : model.createChannel())) as ConfirmChannel;
  let reason = 'its channel was closed';
  channel.on('error', (error) => (reason = reasonOf(error)));
  const closed = new Promise<string>((resolve) => channel.once('close', () => resolve(reason)));
  // The connection may have gone in the few microtasks before anybody listened.
  if (connection.current !== model) throw new Error(connection.problem ?? 'the connection was lost');
  return { channel, closed };
}

/** Begins to close a channel, whatever state it is in. */
export function closeChannel(channel: Channel): void {
  channel.close().catch(() => undefined);
}
