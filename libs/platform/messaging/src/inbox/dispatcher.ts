import {
  ContextUnavailable,
  ContractViolation,
  deepFreeze,
  type EnvelopeAttributes,
} from '@banyan/contracts';
import { type Database, DatabaseUnavailable, type Session } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { failpoint, guardRemoved } from '../failpoints';
import { causation } from '../seam/causation';
import { Message } from '../seam/message';
import { nextHop } from '../seam/trace';
import { backoffMs, Waker } from '../waker';
import { readingKey, type Reading } from './handler';
import { type InboxRow, InboxRows, type StoredMessage } from './inbox-rows';

export interface DispatcherOptions {
  /** Messages handled at a time, each of another chain. (Default: 6) */
  readonly concurrency?: number;
  /** Rows planned with at a time. (Default: 200) */
  readonly fetchSize?: number;
  /** Attempts after which a message is a dead letter. (Default: 12) */
  readonly maxAttempts?: number;
  /** Starts after which a message that takes the process down with it is a dead letter. (Default: 5) */
  readonly maxStarts?: number;
  /** Delay after the first failure; doubles with each. (Default: 100) */
  readonly backoffMs?: number;
  /** Longest delay between attempts. (Default: 60000) */
  readonly maxBackoffMs?: number;
  /** A handler that takes longer has failed. (Default: 30000) */
  readonly handlerTimeoutMs?: number;
  /** How long it sleeps at most when nobody wakes it. (Default: 5000) */
  readonly pollMs?: number;
  /** Told of each attempt that ended: for metrics. (Default: nobody) */
  readonly onAttempt?: (attempt: AttemptEnded) => void;
}

/** One attempt at a message. */
export interface AttemptEnded {
  readonly subscription: string;
  readonly type: string;
  readonly outcome: 'handled' | 'failed' | 'waiting' | 'dead';
  readonly durationMs: number;
}

/** Somebody else took the row: this process no longer owns its lane. */
class Fenced extends Error {}

/** How often, at most, the same chain is planned while another code version is awaited for it. */
const FOREIGN_PAUSE_MS = 250;

/**
 * Works one context's inbox: per chain (publisher, key and group) in order, chains in parallel.
 * Only lanes that it was given; whoever gives them holds their locks.
 */
export class Dispatcher {
  private readonly options: Required<Omit<DispatcherOptions, 'onAttempt'>> & DispatcherOptions;
  private readonly waker = new Waker();
  private readonly logger = new Logger(Dispatcher.name);
  private readonly rows: InboxRows;
  private readonly lanes = new Set<number>();
  /** Rows in hand by chain, the next one first. */
  private readonly chains = new Map<string, InboxRow[]>();
  private readonly inHand = new Map<string, InboxRow>();
  /** Chains whose first row may start. */
  private runnable: string[] = [];
  private readonly blocked = new Map<string, number>();
  /** Chains given back since the fetch under way began: what it brings of them is not their head. */
  private readonly forgotten = new Set<string>();
  /** Rows of chains in hand were passed over, and are to be looked for when little is in hand. */
  private passedOver = false;
  private lookAgainFrom = 0;
  private readonly runningByLane = new Map<number, number>();
  private running = 0;
  private suspect = false;
  private mayHaveMore = true;
  private fetchedAt = 0;
  private stopping = false;
  private loop?: Promise<void>;
  private session?: Session;
  private foreign: readonly string[] = [];
  problem?: string;

  constructor(
    private readonly database: Database,
    private readonly instance: number,
    private readonly readings: ReadonlyMap<string, Reading>,
    /** Called with a lane in which messages wait that only other code can read. */
    private readonly handOver: (lane: number) => void,
    options: DispatcherOptions = {},
  ) {
    this.options = {
      concurrency: 6,
      fetchSize: 200,
      maxAttempts: 12,
      maxStarts: 5,
      backoffMs: 100,
      maxBackoffMs: 60_000,
      handlerTimeoutMs: 30_000,
      pollMs: 5_000,
      ...options,
    };
    this.rows = new InboxRows(database);
  }

  /** Messages arrived, or may have. */
  wake = (): void => {
    this.mayHaveMore = true;
    this.waker.wake();
  };

  /** Chains that wait for their next attempt. */
  get blockedChains(): number {
    return this.blocked.size;
  }

  get busy(): boolean {
    return this.running > 0 || this.inHand.size > 0;
  }

  start(session: Session): void {
    this.session = session;
    this.stopping = false;
    this.loop ??= this.work().finally(() => (this.loop = undefined));
    this.wake();
  }

  /** Starts nothing more; resolves when what runs has ended. Gives up all lanes. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.loop;
    this.lanes.clear();
    this.forgetAll();
  }

  addLanes(lanes: readonly number[]): void {
    for (const lane of lanes) this.lanes.add(lane);
    if (lanes.length > 0) this.wake();
  }

  /** Stops working on these lanes; resolves when nothing of them runs any more. */
  async releaseLanes(lanes: readonly number[]): Promise<void> {
    for (const lane of lanes) this.lanes.delete(lane);
    for (const [chain, [first]] of [...this.chains])
      if (first && lanes.includes(first.lane)) this.forgetWaiting(chain);
    while (lanes.some((lane) => (this.runningByLane.get(lane) ?? 0) > 0))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** What only other processes alive can read, as reading keys. */
  setForeign(foreign: readonly string[]): void {
    this.foreign = foreign;
  }

  private async work(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        this.unblock();
        // A wake can be lost with a connection.
        if (Date.now() - this.fetchedAt >= this.options.pollMs) this.mayHaveMore = true;
        const short = this.isShort;
        if (short && this.passedOver) {
          this.passedOver = false;
          this.mayHaveMore = true;
        }
        if (this.mayFetch) await this.fetch(short ? [] : [...this.chains.keys()]);
        this.problem = undefined;
        failures = 0;
        this.pump();
        if (!this.mayFetch || (this.isShort && this.inHand.size > 0))
          await this.waker.sleep(this.untilNextLook());
      } catch (error) {
        this.problem = (error as Error).message;
        await this.waker.sleep(backoffMs(failures++, 50, 5_000));
      }
    }
    while (this.running > 0) await this.waker.sleep(1_000);
  }

  /** Whether little is in hand. */
  private get isShort(): boolean {
    const { concurrency, fetchSize } = this.options;
    return this.inHand.size < Math.min(concurrency * 3, fetchSize);
  }

  /** Whether more could run than does: everything in hand waits behind what runs, such as a slow message of a long chain. */
  private get isIdle(): boolean {
    return this.running < this.options.concurrency && this.runnable.length === 0;
  }

  private get mayFetch(): boolean {
    if (!this.mayHaveMore || this.suspect || this.lanes.size === 0) return false;
    return this.isShort || (this.isIdle && Date.now() >= this.lookAgainFrom);
  }

  /** `passOver` are chains of which no more is wanted now. */
  private async fetch(passOver: readonly string[]): Promise<void> {
    if (!this.session) return;
    this.mayHaveMore = false;
    this.forgotten.clear();
    this.fetchedAt = Date.now();
    const known = [...this.readings.keys(), ...this.foreign];
    const rows = await this.rows
      .fetch(this.session, {
        instance: this.instance,
        lanes: [...this.lanes],
        blocked: [...this.blocked.keys(), ...passOver],
        known,
        inHand: [...this.inHand.keys()],
        limit: this.options.fetchSize,
      })
      .catch((error: unknown) => {
        this.mayHaveMore = true;
        throw error;
      });
    // What the head of a chain that waits hid may be many rows: look again, with that chain passed over.
    if (rows.length === this.options.fetchSize) this.mayHaveMore = true;
    for (const row of rows) this.plan(row);
    if (passOver.length > 0) this.passedOver = true;
    // Passing over a long chain reads all of it, which must not become all that the database does.
    this.lookAgainFrom = Date.now() + Math.max(20, 4 * (Date.now() - this.fetchedAt));
  }

  private plan(row: InboxRow): void {
    if (this.blocked.has(row.chain)) return;
    if (this.forgotten.has(row.chain) || !this.lanes.has(row.lane)) {
      this.mayHaveMore = true;
      return;
    }
    if (row.waitMs !== null && row.waitMs > 0) {
      this.blocked.set(row.chain, Date.now() + row.waitMs);
      return;
    }
    if (!this.readings.has(readingKey(row.type, row.subscription))) {
      if (this.chains.has(row.chain)) return;
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

  private pump(): void {
    while (
      !this.stopping &&
      !this.suspect &&
      this.running < this.options.concurrency &&
      this.runnable.length > 0
    ) {
      const chain = this.runnable[0] as string;
      const row = this.chains.get(chain)?.[0];
      if (!row) {
        this.runnable.shift();
        continue;
      }
      if (row.starts > 0) {
        // It was in hand when a process died: it runs alone, and its start is counted first.
        if (this.running > 0) return;
        this.suspect = true;
      }
      this.runnable.shift();
      void this.carry(row);
    }
  }

  /** Never rejects. */
  private async carry(row: InboxRow): Promise<void> {
    this.running++;
    this.runningByLane.set(row.lane, (this.runningByLane.get(row.lane) ?? 0) + 1);
    let blockedForMs: number | 'forget' | undefined;
    const began = performance.now();
    try {
      if (row.starts > 0) await this.runSuspect(row);
      else await this.handle(row);
      this.tell(row, 'handled', began);
    } catch (error) {
      blockedForMs = await this.settleFailure(row, error, began);
    } finally {
      this.running--;
      this.runningByLane.set(row.lane, (this.runningByLane.get(row.lane) ?? 1) - 1);
      this.suspect = false;
      this.conclude(row, blockedForMs);
    }
  }

  private tell({ subscription, type }: InboxRow, outcome: AttemptEnded['outcome'], began: number): void {
    this.options.onAttempt?.({ subscription, type, outcome, durationMs: performance.now() - began });
  }

  private conclude(row: InboxRow, blockedForMs: number | 'forget' | undefined): void {
    this.inHand.delete(row.seq);
    const waiting = this.chains.get(row.chain);
    if (waiting?.[0] === row) waiting.shift();
    if (blockedForMs !== undefined) {
      for (const { seq } of waiting ?? []) this.inHand.delete(seq);
      this.chains.delete(row.chain);
      this.forgotten.add(row.chain);
      if (blockedForMs === 'forget') this.mayHaveMore = true;
      else this.blocked.set(row.chain, Date.now() + blockedForMs);
      this.waker.wake();
    } else if (waiting && waiting.length > 0) this.runnable.push(row.chain);
    else {
      this.chains.delete(row.chain);
      this.mayHaveMore ||= this.passedOver;
    }
    this.pump();
    if (
      this.inHand.size === 0 ||
      this.stopping ||
      (this.passedOver && this.isShort) ||
      (this.mayHaveMore && (this.inHand.size < this.options.concurrency * 2 || this.isIdle))
    )
      this.waker.wake();
  }

  /** Gives back the rows of a chain that have not started. */
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

  private forgetAll(): void {
    this.chains.clear();
    this.inHand.clear();
    this.runnable = [];
    this.blocked.clear();
    this.mayHaveMore = true;
  }

  private unblock(): void {
    const now = Date.now();
    for (const [chain, until] of this.blocked) {
      if (until > now) continue;
      this.blocked.delete(chain);
      this.mayHaveMore = true;
    }
  }

  private untilNextLook(): number {
    let next = Date.now() + this.options.pollMs;
    if (this.mayHaveMore && this.isIdle) next = Math.min(next, this.lookAgainFrom);
    for (const until of this.blocked.values()) next = Math.min(next, until);
    return Math.max(1, next - Date.now());
  }

  private runSuspect(row: InboxRow): Promise<void> {
    const run = turnOfSuspects.then(() => this.runAlone(row));
    turnOfSuspects = run.catch(() => undefined);
    return run;
  }

  private async runAlone(row: InboxRow): Promise<void> {
    await this.session?.query(`UPDATE inbox_instances SET in_hand = '{}' WHERE number = $1`, [this.instance]);
    if (row.starts >= this.options.maxStarts) {
      throw new TakesProcessDown(`It was in hand ${row.starts} times when its process died`);
    }
    if (!(await this.rows.countStart(row))) throw new Fenced();
    await this.handle(row);
    await this.session?.query('UPDATE inbox_instances SET in_hand = $2::bigint[] WHERE number = $1', [
      this.instance,
      [...this.inHand.keys()],
    ]);
  }

  private async handle(row: InboxRow): Promise<void> {
    const { handler, read } = this.readings.get(readingKey(row.type, row.subscription)) as Reading;
    const attempt = row.attempts + 1;
    const stored = handler.prepare ? await this.rows.peek(row) : undefined;
    if (handler.prepare && !stored) throw new Fenced();
    const open = (message: StoredMessage) => {
      const attributes = JSON.parse(message.attributes) as EnvelopeAttributes;
      return { attributes, data: unreadableIfMalformed(() => deepFreeze(read(JSON.parse(message.data)))) };
    };

    let prepared: unknown;
    if (handler.prepare && stored) {
      const { attributes, data } = open(stored);
      const message = new Message(attributes, row.subscription, attempt);
      prepared = await this.timed(row, () => causedBy(attributes, () => handler.prepare?.(data, message)));
    }
    await failpoint('handle.before-transaction');
    await this.database.runFrom(this.rows.taking(row), async ([taken]: StoredMessage[]) => {
      if (!taken) throw new Fenced();
      const { attributes, data } = open(taken);
      const message = new Message(attributes, row.subscription, attempt, prepared);
      await this.timed(row, () => causedBy(attributes, () => handler.handle(data, message)));
      await failpoint('handle.before-commit');
    });
    await failpoint('handle.after-commit');
    if (guardRemoved('inbox.mark-in-transaction'))
      await this.database.query('DELETE FROM inbox WHERE seq = $1', [row.seq]);
  }

  private async timed<T>(
    { subscription }: InboxRow,
    work: () => Promise<T> | undefined,
  ): Promise<T | undefined> {
    const { handlerTimeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${subscription} took longer than ${handlerTimeoutMs} ms`)),
        handlerTimeoutMs,
      );
    });
    try {
      return await Promise.race([work(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** For how long the chain is blocked; 'forget' when it is to be planned anew at once. */
  private async settleFailure(row: InboxRow, error: unknown, began: number): Promise<number | 'forget'> {
    const { maxAttempts, backoffMs: base, maxBackoffMs } = this.options;
    if (error instanceof Fenced) return 'forget';
    const { message, stack } = storyOf(error);
    const attempts = row.attempts + 1;
    try {
      if (error instanceof DatabaseUnavailable && error.context === this.database.context)
        return backoffMs(2, base, maxBackoffMs);
      if (isAway(error)) {
        const delayMs = backoffMs(Math.min(row.attempts + 3, 6), base, maxBackoffMs);
        await this.rows.fail(row, message, delayMs, false);
        this.tell(row, 'waiting', began);
        return delayMs;
      }
      if (error instanceof Unreadable || error instanceof TakesProcessDown || attempts >= maxAttempts) {
        await this.rows.die(row, message, stack, attempts);
        this.tell(row, 'dead', began);
        this.logger.error(
          `${this.database.context}: ${row.type} ${row.id} is a dead letter of ${row.subscription} after ${attempts} attempts: ${message}`,
        );
        return 'forget';
      }
      const delayMs = backoffMs(row.attempts, base, maxBackoffMs);
      await failpoint('handle.before-failure-noted');
      await this.rows.fail(row, message, delayMs, true);
      await failpoint('handle.after-failure-noted');
      this.tell(row, 'failed', began);
      this.logger.warn(
        `${this.database.context}: ${row.subscription} failed on ${row.type} ${row.id}, attempt ${attempts}, again in ${delayMs} ms: ${message}`,
      );
      return delayMs;
    } catch (failure) {
      this.problem = (failure as Error).message;
      return backoffMs(3, base, maxBackoffMs);
    }
  }
}

/**
 * Suspects take turns in the whole process, whichever context they belong to: the one that ends it is then the only one
 * whose start was counted, and no innocent dies with it.
 */
let turnOfSuspects: Promise<void> = Promise.resolve();

/** The message does not fit its contract: trying again would not help. */
class Unreadable extends Error {}

/** The message ended every process that tried to handle it. */
class TakesProcessDown extends Error {}

function unreadableIfMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractViolation || error instanceof SyntaxError)
      throw new Unreadable(error.message, { cause: error });
    throw error;
  }
}

/** What can be told of whatever was thrown, and stored: PostgreSQL takes no U+0000. */
function storyOf(error: unknown): { message: string; stack?: string } {
  try {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const storable = (text: unknown) => String(text).replaceAll('\0', '\uFFFD');
    return { message: storable(message), stack: stack === undefined ? undefined : storable(stack) };
  } catch {
    return { message: 'something was thrown that cannot be shown' };
  }
}

/** Another context, or its database, is away: nobody's fault, so no attempt is counted. */
const isAway = (error: unknown): boolean =>
  error instanceof ContextUnavailable || error instanceof DatabaseUnavailable;

const causedBy = <T>({ id, correlationid, traceparent }: EnvelopeAttributes, work: () => T): T =>
  causation.run({ correlationId: correlationid, causationId: id, traceparent: nextHop(traceparent) }, work);
