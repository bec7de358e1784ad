import type { DispatcherSettings } from './dispatcher-options';
import type { FetchQuery, InboxRow } from './inbox-rows';

/** How often, at most, the same chain is planned while another code version is awaited for it. */
const FOREIGN_PAUSE_MS = 250;

/** What to look for in the inbox. */
export type Look = Pick<FetchQuery, 'lanes' | 'blocked' | 'inHand' | 'limit'> & {
  /** Whether chains in hand are passed over, of which no more is wanted now. */
  readonly passesOver: boolean;
};

/** After an attempt that failed: for how long its chain may not move, or that it is to be planned anew at once. */
export type Blocking = number | 'forget';

/**
 * What may run next: the rows in hand, by chain (publisher, key and group), of which the first alone may run, and the
 * chains that wait for another attempt. It also says when to look into the inbox for more.
 */
export class Plan {
  private readonly lanes = new Set<number>();
  /** Rows in hand by chain, the next one first. */
  private readonly chains = new Map<string, InboxRow[]>();
  private readonly inHand = new Map<string, InboxRow>();
  /** Chains whose first row may start. */
  private runnable: string[] = [];
  private readonly blocked = new Map<string, number>();
  /** Chains given back since the look under way began: what it brings of them is not their head. */
  private readonly forgotten = new Set<string>();
  /** Chains in hand of which the look under way has met a row that only other code can read: no row behind that is taken. */
  private readonly cut = new Set<string>();
  private running = 0;
  private readonly runningByLane = new Map<number, number>();
  private suspectRuns = false;
  private mayHaveMore = true;
  /** Rows of chains in hand were passed over, and are to be looked for when little is in hand. */
  private passedOver = false;
  private lookedAt = 0;
  private lookAgainFrom = 0;

  constructor(
    private readonly settings: Pick<DispatcherSettings, 'concurrency' | 'fetchSize' | 'pollMs'>,
    private readonly canRead: (row: InboxRow) => boolean,
    /** Called with a lane in which messages wait that only other code can read. */
    private readonly handOver: (lane: number) => void,
  ) {}

  /** Chains that wait for their next attempt. */
  get blockedChains(): number {
    return this.blocked.size;
  }

  /** The numbers of the rows in hand, those that run among them. */
  get seqsInHand(): string[] {
    return [...this.inHand.keys()];
  }

  get isRunning(): boolean {
    return this.running > 0;
  }

  runsIn = (lanes: readonly number[]): boolean =>
    lanes.some((lane) => (this.runningByLane.get(lane) ?? 0) > 0);

  addLanes(lanes: readonly number[]): void {
    for (const lane of lanes) this.lanes.add(lane);
  }

  /** Gives back what of these lanes has not started. */
  removeLanes(lanes: readonly number[]): void {
    for (const lane of lanes) this.lanes.delete(lane);
    for (const [chain, [first]] of [...this.chains])
      if (first && lanes.includes(first.lane)) this.forgetWaiting(chain);
  }

  /** Forgets everything, when nothing runs any more. */
  clear(): void {
    this.lanes.clear();
    this.chains.clear();
    this.inHand.clear();
    this.runnable = [];
    this.blocked.clear();
    this.mayHaveMore = true;
  }

  /** Messages arrived, or may have. */
  expectMore(): void {
    this.mayHaveMore = true;
  }

  /** Undefined when the inbox need not be looked into now. `found` is to follow, or `expectMore` when looking failed. */
  look(): Look | undefined {
    this.unblock();
    // A wake can be lost with a connection.
    if (Date.now() - this.lookedAt >= this.settings.pollMs) this.mayHaveMore = true;
    const short = this.isShort;
    if (short && this.passedOver) {
      this.passedOver = false;
      this.mayHaveMore = true;
    }
    if (!this.mayLook) return undefined;
    this.mayHaveMore = false;
    this.forgotten.clear();
    this.lookedAt = Date.now();
    const passOver = short ? [] : [...this.chains.keys()];
    return {
      lanes: [...this.lanes],
      blocked: [...this.blocked.keys(), ...passOver],
      inHand: this.seqsInHand,
      limit: this.settings.fetchSize,
      passesOver: passOver.length > 0,
    };
  }

  found(rows: readonly InboxRow[], { limit, passesOver }: Look): void {
    // What the head of a chain that waits hid may be many rows: look again, with that chain passed over.
    if (rows.length === limit) this.mayHaveMore = true;
    this.cut.clear();
    for (const row of rows) this.take(row);
    if (passesOver || this.cut.size > 0) this.passedOver = true;
    // Passing over a long chain reads all of it, which must not become all that the database does.
    this.lookAgainFrom = Date.now() + Math.max(20, 4 * (Date.now() - this.lookedAt));
  }

  /** Whether nothing is gained by looking again before `untilNextLook`. */
  get mayRest(): boolean {
    return !this.mayLook || (this.isShort && this.inHand.size > 0);
  }

  untilNextLook(): number {
    let next = Date.now() + this.settings.pollMs;
    if (this.mayHaveMore && this.isIdle) next = Math.min(next, this.lookAgainFrom);
    for (const until of this.blocked.values()) next = Math.min(next, until);
    return Math.max(1, next - Date.now());
  }

  /** The next row to start, which runs from now on. Undefined when none may. */
  next(): InboxRow | undefined {
    while (!this.suspectRuns && this.running < this.settings.concurrency && this.runnable.length > 0) {
      const chain = this.runnable[0] as string;
      const row = this.chains.get(chain)?.[0];
      if (!row) {
        this.runnable.shift();
        continue;
      }
      if (row.starts > 0) {
        // It was in hand when a process died: it runs alone, and its start is counted first.
        if (this.running > 0) return undefined;
        this.suspectRuns = true;
      }
      this.runnable.shift();
      this.running++;
      this.runningByLane.set(row.lane, (this.runningByLane.get(row.lane) ?? 0) + 1);
      return row;
    }
    return undefined;
  }

  /** A row that ran has ended; without `blocking`, it is done. */
  conclude(row: InboxRow, blocking?: Blocking): void {
    this.running--;
    this.runningByLane.set(row.lane, (this.runningByLane.get(row.lane) ?? 1) - 1);
    this.suspectRuns = false;
    this.inHand.delete(row.seq);
    const waiting = this.chains.get(row.chain);
    if (waiting?.[0] === row) waiting.shift();
    if (blocking !== undefined) {
      for (const { seq } of waiting ?? []) this.inHand.delete(seq);
      this.chains.delete(row.chain);
      this.forgotten.add(row.chain);
      if (blocking === 'forget') this.mayHaveMore = true;
      else this.blocked.set(row.chain, Date.now() + blocking);
    } else if (waiting && waiting.length > 0) this.runnable.push(row.chain);
    else {
      this.chains.delete(row.chain);
      this.mayHaveMore ||= this.passedOver;
    }
  }

  /** Whether so little is in hand, or can run, that it is time to think of looking. */
  get wantsMore(): boolean {
    return (
      this.inHand.size === 0 ||
      (this.passedOver && this.isShort) ||
      (this.mayHaveMore && (this.inHand.size < this.settings.concurrency * 2 || this.isIdle))
    );
  }

  /** Whether little is in hand. */
  private get isShort(): boolean {
    const { concurrency, fetchSize } = this.settings;
    return this.inHand.size < Math.min(concurrency * 3, fetchSize);
  }

  /** Whether more could run than does: everything in hand waits behind what runs, such as a slow message of a long chain. */
  private get isIdle(): boolean {
    return this.running < this.settings.concurrency && this.runnable.length === 0;
  }

  private get mayLook(): boolean {
    if (!this.mayHaveMore || this.suspectRuns || this.lanes.size === 0) return false;
    return this.isShort || (this.isIdle && Date.now() >= this.lookAgainFrom);
  }

  private take(row: InboxRow): void {
    if (this.blocked.has(row.chain) || this.cut.has(row.chain)) return;
    if (this.forgotten.has(row.chain) || !this.lanes.has(row.lane)) {
      this.mayHaveMore = true;
      return;
    }
    if (row.waitMs !== null && row.waitMs > 0) {
      this.blocked.set(row.chain, Date.now() + row.waitMs);
      return;
    }
    if (!this.canRead(row)) {
      if (this.chains.has(row.chain)) {
        this.cut.add(row.chain);
        return;
      }
      this.blocked.set(row.chain, Date.now() + FOREIGN_PAUSE_MS);
      this.handOver(row.lane);
      return;
    }
    this.inHand.set(row.seq, row);
    const waiting = this.chains.get(row.chain);
    if (waiting) waiting.push(row);
    else {
      this.chains.set(row.chain, [row]);
      this.runnable.push(row.chain);
    }
  }

  private forgetWaiting(chain: string): void {
    const waiting = this.chains.get(chain);
    if (!waiting) return;
    const idle = this.runnable.includes(chain);
    const forgotten = waiting.splice(idle ? 0 : 1);
    for (const { seq } of forgotten) this.inHand.delete(seq);
    if (waiting.length === 0) this.chains.delete(chain);
    if (forgotten.length > 0) this.mayHaveMore = true;
    this.runnable = this.runnable.filter((each) => each !== chain);
  }

  private unblock(): void {
    const now = Date.now();
    for (const [chain, until] of this.blocked) {
      if (until > now) continue;
      this.blocked.delete(chain);
      this.mayHaveMore = true;
    }
  }
}
