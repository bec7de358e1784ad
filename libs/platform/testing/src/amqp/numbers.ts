/**
 * The numbers of the messages on one way of a channel. Whoever sends counts what was sent, whoever receives counts what came,
 * copies included; a confirm or an acknowledgement names the receiver's number and must reach the sender with the sender's.
 */
export class Numbers {
  private last = 0;
  /** The sender's number of what the receiver has not spoken about yet, by the receiver's. */
  private readonly came = new Map<number, number>();
  /** Sender's numbers of which the sender has heard nothing yet. */
  private readonly open = new Set<number>();

  /** The receiver's next number, given to what the sender calls `sent`. */
  next(sent: number, { copy = false } = {}): number {
    this.last += 1;
    this.came.set(this.last, sent);
    if (!copy) this.open.add(sent);
    return this.last;
  }

  /**
   * The sender's numbers of what the receiver speaks about by naming `number`, or everything up to it. What is said of a
   * message first holds, as there is but one of it for the sender.
   */
  settle(number: number, upToIt: boolean): number[] {
    const meant = upToIt ? [...this.came.keys()].filter((each) => number === 0 || each <= number) : [number];
    const sent = meant.map((each) => this.came.get(each));
    for (const each of meant) this.came.delete(each);
    return sent.filter((each) => each !== undefined && this.open.delete(each)) as number[];
  }
}
