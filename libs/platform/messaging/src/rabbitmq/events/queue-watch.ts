import type { Channel } from 'amqplib';
import { Waker } from '../../waker';
import { type BrokerConnection, reasonOf } from '../connection/broker-connection';
import { openChannel } from '../connection/kept-channel';

export interface QueueWatchOptions {
  readonly exchange: string;
  /** Queues that must be there, asked at each round. */
  readonly queues: () => readonly string[];
  /** (Default: 3000; 300 while something is missing) */
  readonly everyMs?: number;
  readonly changed: () => void;
}

/**
 * Looks after the exchange and every queue that somebody's messages go to. The broker itself does not tell: a mandatory
 * message comes back only when no queue at all takes it.
 */
export class QueueWatch {
  private readonly absent = new Map<string, string>();
  /** Missed lately and seen once since: its bindings may still be on their way. */
  private readonly seenOnce = new Set<string>();
  private readonly ready = new Map<string, number>();
  private readonly waker = new Waker();
  private seen?: object;
  private stopping = false;
  private channel?: Channel;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly options: QueueWatchOptions,
  ) {
    connection.onChange(() => this.waker.wake());
  }

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopping = true;
    this.waker.wake();
  }

  /** Looks again now. */
  checkSoon(): void {
    this.waker.wake();
  }

  /** Whether everything was looked at since the connection was made. */
  get known(): boolean {
    return this.seen !== undefined && this.seen === this.connection.current;
  }

  /** What is missing, in words for an operator, by name. */
  get missing(): ReadonlyMap<string, string> {
    return this.absent;
  }

  /** Messages that wait in each queue, when it was last looked at. */
  get depths(): ReadonlyMap<string, number> {
    return this.ready;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const model = await this.connection.connected();
      if (!model || this.stopping) return;
      const hasChanged = await this.round(model);
      if (hasChanged) this.options.changed();
      await this.waker.sleep(this.absent.size > 0 ? 300 : (this.options.everyMs ?? 3_000));
    }
  }

  /** Resolves with whether anything is other than before. */
  private async round(model: object): Promise<boolean> {
    const before = JSON.stringify([...this.absent, this.known]);
    const { exchange, queues } = this.options;
    const names = queues();
    for (const name of [...this.absent.keys()])
      if (name !== exchange && !names.includes(name)) this.absent.delete(name);
    if (!(await this.look(exchange, `exchange ${exchange}`, (channel) => channel.checkExchange(exchange))))
      return false;
    for (const name of names) {
      const check = async (channel: Channel): Promise<void> => {
        this.ready.set(name, (await channel.checkQueue(name)).messageCount);
      };
      if (!(await this.look(name, `queue ${name}`, check))) return false;
    }
    if (this.connection.current === model) this.seen = model;
    return JSON.stringify([...this.absent, this.known]) !== before;
  }

  /** Resolves with false when the connection went away meanwhile. A failed look costs the channel it was made on. */
  private async look(
    name: string,
    called: string,
    check: (channel: Channel) => Promise<unknown>,
  ): Promise<boolean> {
    const model = this.connection.current;
    if (!model) return false;
    try {
      this.channel ??= await this.open();
      await check(this.channel);
      if (this.absent.has(name) && !this.seenOnce.has(name)) this.seenOnce.add(name);
      else {
        this.absent.delete(name);
        this.seenOnce.delete(name);
      }
    } catch (error) {
      this.channel = undefined;
      if (this.connection.current !== model) return false;
      this.seenOnce.delete(name);
      this.ready.delete(name);
      const gone = (error as { code?: number }).code === 404;
      this.absent.set(
        name,
        gone ? `${called} is missing` : `${called} cannot be looked at: ${reasonOf(error)}`,
      );
    }
    return true;
  }

  private async open(): Promise<Channel> {
    const { channel, closed } = await openChannel(this.connection, this.connection.current!);
    void closed.then(() => {
      if (this.channel === channel) this.channel = undefined;
    });
    return channel;
  }
}
