import { DataElsewhere, DatabaseUnavailable, pendingMigrations, type Session } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { guardRemoved } from '../failpoints';
import { DeadLetters } from '../inbox/dead-letters';
import { Dispatcher } from '../inbox/dispatcher';
import { readings, type Reading, type SubscriptionHandler } from '../inbox/handler';
import { Receiver } from '../inbox/receiver';
import { EventLog } from '../outbox/event-log';
import { Outbox } from '../outbox/outbox';
import { OutboxRows } from '../outbox/outbox-rows';
import { Relay } from '../outbox/relay';
import { Janitor } from '../tables/janitor';
import { TimerClock } from '../timers/timer-clock';
import { TimerTable } from '../timers/timer-table';
import type { Receiving } from '../transport/transport';
import { backoffMs, Waker } from '../waker';
import type { ContextMessagingOptions, ContextMessagingParts } from './context-messaging-options';
import { claimState, NewerPlacement, readState } from './context-state';
import type { Instance } from './instances';
import { Notices } from './notices';
import { Ownership } from './ownership';
import { registerSubscriptions } from './subscription-table';

const SWEEP_MS = 10 * 60_000;
const SERVES_ON_MS = 120_000;
/** Between two looks at what keeps a process from its work, the longest. */
const LOOKS_AGAIN_MS = 5_000;
/** Whose data are being moved to where it looks is waited for by clients. */
const LOOKS_FOR_DATA_MS = 500;

/**
 * All messaging of one context in one process: takes what ownership it can get, works, and steps back when a newer
 * placement hosts the context. Nothing that goes away makes it give up; `problems` says what it waits for.
 */
export class ContextMessaging {
  readonly outbox: Outbox;
  readonly timers: TimerTable;
  readonly deadLetters: DeadLetters;
  readonly eventLog: EventLog;
  readonly receiver: Receiver;
  readonly dispatcher: Dispatcher;
  readonly relay: Relay;
  private readonly clock: TimerClock;
  private readonly janitor: Janitor;
  private readonly readings = new Map<string, Reading>();
  private readonly ownership: Ownership;
  private readonly notices: Notices;
  private readonly waker = new Waker();
  private readonly logger = new Logger(ContextMessaging.name);
  private receiving?: Receiving;
  private answering?: { stop(): Promise<void> };
  private sweptAt = 0;
  private stopping = false;
  private running?: Promise<void>;
  private problem?: string = 'starting';
  private session?: Session;
  /** Whether it has ever been at work. */
  private entered = false;
  private servingOn?: { readonly until: number; readonly timer: NodeJS.Timeout };
  /** Until when clients may be led here though the data are elsewhere, so that the other contexts of the process stay within reach. */
  private ledUntil = 0;
  /** Whether it has not begun since the data are not here yet. */
  private awaitsData = false;

  constructor(
    private readonly parts: ContextMessagingParts,
    private readonly options: ContextMessagingOptions = {},
  ) {
    const { database, transport, placement, emptyFormerTransport } = parts;
    const instance = randomInt(1, 2 ** 31 - 1);
    this.notices = new Notices(database);
    this.receiver = new Receiver(database, () => this.inboxWaits(), options.onUnheard);
    this.dispatcher = new Dispatcher(
      database,
      instance,
      this.readings,
      (lane) => this.ownership.handOver(lane),
      { concurrency: Math.max(1, database.poolSize - 2), ...options.dispatcher },
    );
    this.relay = new Relay(database.context, new OutboxRows(database), transport, options.relay);
    this.clock = new TimerClock(database, this.receiver);
    this.janitor = new Janitor(database, options.retention);
    this.outbox = new Outbox(database.context, () =>
      this.ownership.ofRelay ? this.relay.wake() : this.notices.tell('outbox'),
    );
    this.timers = new TimerTable(database.context, (due) =>
      this.ownership.ofRelay ? this.clock.setUntil(due) : this.notices.tell('timers'),
    );
    this.deadLetters = new DeadLetters(database, () => this.inboxWaits());
    this.eventLog = new EventLog(database, transport);
    this.ownership = new Ownership(instance, {
      database,
      placement,
      dispatcher: this.dispatcher,
      relay: this.relay,
      clock: this.clock,
      notices: this.notices,
      relays: options.relays ?? true,
      emptyFormerTransport,
      wake: this.waker.wake,
    });
  }

  get context(): string {
    return this.parts.database.context;
  }

  /** What keeps it from working, in words for an operator. Empty when all is well. */
  problems(): string[] {
    const behind = this.relay.behindNow.map(
      (subscriber) => `${subscriber} is behind on events of ${this.context}`,
    );
    return [
      this.problem,
      this.ownership.ofRelay ? this.relay.problem : undefined,
      this.dispatcher.problem,
      ...behind,
    ].filter((each) => each !== undefined);
  }

  /** Whether this process works the context's inbox, and so may serve it. */
  get serving(): boolean {
    return this.problem === undefined;
  }

  /**
   * Whether clients may be led here for a while longer, though a process elsewhere works on the context: one of a newer
   * placement, or one that knows where the data were moved to.
   */
  get servesOn(): boolean {
    return Date.now() < Math.max(this.servingOn?.until ?? 0, this.ledUntil);
  }

  /** Begins with these handlers; returns at once. @throws TypeError when two subscriptions share a durable name. */
  start(handlers: readonly SubscriptionHandler[]): void {
    for (const [key, reading] of readings(handlers)) this.readings.set(key, reading);
    this.stopping = false;
    this.running ??= this.loop().finally(() => (this.running = undefined));
  }

  /** Stops taking, finishes what is in hand, gives everything up. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.running;
    clearTimeout(this.servingOn?.timer);
    await this.stopAnswering();
    await this.notices.flush();
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await this.enter();
        failures = 0;
        await this.stay();
      } catch (error) {
        this.explain(error as Error);
      }
      await this.leave();
      const longest = this.awaitsData ? LOOKS_FOR_DATA_MS : LOOKS_AGAIN_MS;
      if (!this.stopping) await this.waker.sleep(backoffMs(failures++, 100, longest));
    }
    this.problem = 'stopped';
  }

  private explain(failure: Error): void {
    const error = reasonOf(failure);
    if (error instanceof NewerPlacement) this.stepBack(error);
    const elsewhere = error instanceof DataElsewhere;
    this.awaitsData = elsewhere && !this.entered;
    if (elsewhere && this.entered) this.ledUntil ||= Date.now() + (this.servesOnMs * 3) / 4;
    if (error.message !== this.problem) this.logger.warn(`${this.context}: ${error.message}`);
    this.problem = error.message;
  }

  /**
   * Revisions only grow: what a newer placement hosts is never worked on from here again. Clients and contexts that are
   * still led here are served a while longer, as they are by any further instance: what they write in the context's
   * database, the newer placement sends and works on.
   */
  private stepBack(reason: NewerPlacement): void {
    const withdraw = async (): Promise<void> => {
      this.parts.database.withdraw(reason);
      await this.stopAnswering();
    };
    if (!this.entered) void withdraw();
    else
      this.servingOn ??= {
        until: Date.now() + (this.servesOnMs * 3) / 4,
        timer: setTimeout(() => void withdraw(), this.servesOnMs).unref(),
      };
  }

  private get servesOnMs(): number {
    return this.options.servesOnMs ?? SERVES_ON_MS;
  }

  private async enter(): Promise<void> {
    const { database, transport, placement, migrations, prepare } = this.parts;
    await prepare?.();
    await database.connect();
    await database.refuseClosed();
    const pending = await pendingMigrations((sql) => database.query<{ name: string }>(sql), migrations);
    if (pending.length > 0)
      throw new Error(`the database lacks ${pending.join(', ')}; run "npm run db:prepare"`);
    const before = await claimState(database, placement);
    const session = await database.session('messaging');
    this.session = session;
    // Counting who has what in hand must survive a crash of this process, not of the server.
    await session.query('SET synchronous_commit = off');
    await this.listen(session);
    const former = before && before.transport !== placement.transport ? before.transport : undefined;
    await this.ownership.begin(session, [...this.readings.keys()], former);
    // Only now, see InboxRows.fetch.
    await registerSubscriptions(database, this.readings);
    this.receiving = await transport.receive(
      this.context,
      (messages) => this.receiver.store(messages),
      (message, reason) => this.receiver.storeUnreadable(message, reason),
    );
    this.answering = await this.parts.serveRequests?.();
    this.dispatcher.start(session);
    this.entered = true;
    this.ledUntil = 0;
  }

  private async listen(session: Session): Promise<void> {
    session.on('end', () => this.waker.wake());
    await this.notices.listen(session, (notice) => {
      if (notice === 'inbox') this.dispatcher.wake();
      else if (notice === 'outbox') this.relay.wake();
      else if (notice === 'timers') this.clock.setUntil(new Date(0));
      else this.waker.wake();
    });
    // What was said before nobody heard.
    this.dispatcher.wake();
    this.relay.wake();
  }

  private async stay(): Promise<void> {
    const { database, placement } = this.parts;
    while (!this.stopping) {
      const state = await readState(database);
      if (state && state.revision > placement.revision && !guardRemoved('placement.revision'))
        throw new NewerPlacement(this.context, placement.revision, state);
      const alive = await this.ownership.look();
      if (Date.now() - this.sweptAt > Math.min(SWEEP_MS, (this.options.retention?.unknownMs ?? SWEEP_MS) / 2))
        await this.sweep(alive);
      this.problem = undefined;
      const complete = this.ownership.ofRelay && this.ownership.ofAllLanes;
      await this.waker.sleep(this.options.tickMs ?? (complete || alive.length > 1 ? 5_000 : 500));
    }
  }

  private async sweep(alive: readonly Instance[]): Promise<void> {
    this.sweptAt = Date.now();
    await registerSubscriptions(this.parts.database, this.readings);
    if (this.ownership.ofRelay) await this.janitor.sweep([...new Set(alive.flatMap(({ known }) => known))]);
  }

  private async leave(): Promise<void> {
    const { session } = this;
    if (!this.servingOn) await this.stopAnswering();
    await this.receiving?.stop().catch((error: Error) => this.explain(error));
    this.receiving = undefined;
    await Promise.all([this.dispatcher.stop(), this.relay.stop(), this.clock.stop()]);
    this.session = undefined;
    await this.ownership.end();
    if (!session) return;
    session.removeAllListeners('end');
    await session.end().catch(() => undefined);
    if (this.parts.database.available) this.notices.tell('lanes');
  }

  private async stopAnswering(): Promise<void> {
    const { answering } = this;
    this.answering = undefined;
    await answering?.stop().catch((error: Error) => this.explain(error));
  }

  private inboxWaits(): void {
    this.dispatcher.wake();
    if (!this.ownership.ofAllLanes) this.notices.tell('inbox');
  }
}

/** Of a database that is closed, why it is. */
const reasonOf = (failure: Error): Error =>
  failure instanceof DatabaseUnavailable && failure.cause instanceof DataElsewhere ? failure.cause : failure;
