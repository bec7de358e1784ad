import type { Delivery, TransportMessage } from '../../transport/transport';

export const HELD: Delivery = Object.freeze({ outcome: 'held' });
export const unsent = (reason: string): Delivery => ({ outcome: 'unsent', reason });
export const refused = (reason: string): Delivery => ({ outcome: 'refused', reason });

const NOT_REACHED = Object.freeze(unsent('the one before it of its key was not held'));

/** The messages of one `send`, what became of each, and which may go next: of each key one at a time. */
export class Batch {
  private readonly deliveries: Delivery[];
  /** Index of the next message of the same key, by index; -1 after the last. */
  private readonly next: Int32Array;
  private open: number;
  private movedAt = performance.now();
  private timer?: NodeJS.Timeout;

  constructor(
    readonly messages: readonly TransportMessage[],
    readonly only: string | undefined,
    private readonly resolve: (deliveries: Delivery[]) => void,
  ) {
    this.open = messages.length;
    this.deliveries = new Array<Delivery>(messages.length);
    this.next = new Int32Array(messages.length).fill(-1);
  }

  /** Links the messages of each key; returns the first ones. Call it once. */
  heads(): number[] {
    const heads: number[] = [];
    const last = new Map<string, number>();
    this.messages.forEach(({ publisher, key }, index) => {
      const chain = `${publisher} ${key}`;
      const before = last.get(chain);
      if (before === undefined) heads.push(index);
      else this.next[before] = index;
      last.set(chain, index);
    });
    return heads;
  }

  isSettled(index: number): boolean {
    return this.deliveries[index] !== undefined;
  }

  /** Returns the index of the message that may go now, or -1. The rest of a key is not sent when one of it is not held. */
  settle(index: number, delivery: Delivery): number {
    const held = delivery.outcome === 'held';
    this.note(index, delivery);
    if (!held)
      for (let at = this.next[index]!; at >= 0; at = this.next[at]!)
        if (!this.isSettled(at)) this.note(at, NOT_REACHED);
    this.movedAt = performance.now();
    if (this.open === 0) {
      clearTimeout(this.timer);
      this.resolve(this.deliveries);
    }
    return held ? this.next[index]! : -1;
  }

  settleRest(delivery: Delivery): void {
    for (let index = 0; index < this.messages.length; index += 1)
      if (!this.isSettled(index)) this.settle(index, delivery);
  }

  /** Calls `giveUp` once nothing of it was settled for `limitMs`. */
  watch(limitMs: number, giveUp: () => void): void {
    const leftMs = this.movedAt + limitMs - performance.now();
    if (leftMs <= 0) giveUp();
    else this.timer = setTimeout(() => this.watch(limitMs, giveUp), leftMs);
  }

  private note(index: number, delivery: Delivery): void {
    this.deliveries[index] = delivery;
    this.open -= 1;
  }
}
