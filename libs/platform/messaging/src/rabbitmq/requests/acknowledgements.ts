import type { Channel, Message } from 'amqplib';

const FLUSH_AFTER_MS = 5;

/**
 * Acknowledges on one channel what finishes in any order, with few frames: `together` at a time or what finished within five
 * milliseconds, and everything up to the oldest unfinished one in a single frame.
 */
export class Acknowledgements {
  /** Finished, but behind one that is not; true once acknowledged. */
  private readonly ahead = new Map<number, boolean>();
  /** Every delivery before this one is finished. */
  private oldest = 1;
  private fresh: number[] = [];
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly channel: Channel,
    private readonly together: number,
  ) {}

  finished({ fields }: Message): void {
    this.fresh.push(fields.deliveryTag);
    if (this.fresh.length >= this.together) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  /** Sends what was finished so far. A channel that is gone needs none: the broker delivers again. */
  flush(): void {
    const { fresh } = this;
    this.fresh = [];
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const tag of fresh) this.ahead.set(tag, false);
    let upTo = 0;
    for (let done; (done = this.ahead.get(this.oldest)) !== undefined; this.oldest += 1) {
      if (!done) upTo = this.oldest;
      this.ahead.delete(this.oldest);
    }
    try {
      if (upTo > 0) this.acknowledge(upTo, true);
      for (const tag of fresh) {
        if (!this.ahead.has(tag)) continue;
        this.acknowledge(tag, false);
        this.ahead.set(tag, true);
      }
    } catch {
      // Told by the channel itself.
    }
  }

  private acknowledge(deliveryTag: number, allUpTo: boolean): void {
    this.channel.ack({ fields: { deliveryTag } } as Message, allUpTo);
  }
}
