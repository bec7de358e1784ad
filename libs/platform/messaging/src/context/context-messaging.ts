import { type Database, type Migration, pendingMigrations, type Session } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { guardRemoved } from '../failpoints';
import { DeadLetters } from '../inbox/dead-letters';
import { Dispatcher, type DispatcherOptions } from '../inbox/dispatcher';
import { readings, type Reading, type SubscriptionHandler } from '../inbox/handler';
import { Receiver } from '../inbox/receiver';
import { EventLog } from '../outbox/event-log';
import { Outbox } from '../outbox/outbox';
import { OutboxRows } from '../outbox/outbox-rows';
import { Relay, type RelayOptions } from '../outbox/relay';
import { LANES } from '../tables/hash';
import { Janitor, type Retention } from '../tables/janitor';
import { TimerClock } from '../timers/timer-clock';
import { TimerTable } from '../timers/timer-table';
import type { Placement } from '../transport/placement';
import type { Receiving, Transport } from '../transport/transport';
import { backoffMs, Waker } from '../waker';
import { channelOf, claimState, NewerPlacement, noteTransport, readState } from './context-state';
import { type Instance, Instances } from './instances';
import { Locks } from './locks';
import { registerSubscriptions } from './subscription-table';

export interface ContextMessagingOptions {
  readonly dispatcher?: DispatcherOptions;
  readonly relay?: RelayOptions;
  readonly retention?: Retention;
  /** How often ownership is looked after. (Default: 5000; 500 while some of it is missing) */
  readonly tickMs?: number;
  /** Runs the relay. Off in benchmarks only. (Default: true) */
  readonly relays?: boolean;
}

export interface ContextMessagingParts {
  readonly database: Database;
  readonly migrations: readonly Migration[];
  readonly transport: Transport;
  readonly placement: Placement;
  /** Brings the database and the broker up to date first; where processes only check, absent. */
  readonly prepare?: () => Promise<void>;
  /** Answers requests from afar, for as long as this process works on the context. Absent while all are near. */
  readonly serveRequests?: () => Promise<{ stop(): Promise<void> }> | undefined;
  /** Empties what the transport used before still holds for this context, before relaying in the present one begins. */
  readonly emptyFormerTransport?: (former: 'in-process' | 'rabbitmq') => Promise<void>;
}

const FOREIGN_REST_MS = 1_000;
const SWEEP_MS = 10 * 60_000;

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
  private readonly instance = randomInt(1, 2 ** 31 - 1);
  private readonly lanes = new Set<number>();
  private readonly resting = new Map<number, number>();
  private readonly toHandOver = new Set<number>();
  private readonly waker = new Waker();
  private readonly logger = new Logger(ContextMessaging.name);
  private readonly notices = new Set<string>();
  private noticeTimer?: NodeJS.Timeout;
  private receiving?: Receiving;
  private answering?: { stop(): Promise<void> };
  private ownsRelay = false;
  private sweptAt = 0;
  private stopping = false;
  private running?: Promise<void>;
  private problem?: string = 'starting';
  private session?: Session;

  constructor(
    private readonly parts: ContextMessagingParts,
    private readonly options: ContextMessagingOptions = {},
  ) {
    const { database, transport } = parts;
    this.receiver = new Receiver(database, () => this.inboxWaits());
    this.dispatcher = new Dispatcher(
      database,
      this.instance,
      this.readings,
      (lane) => {
        this.toHandOver.add(lane);
        this.waker.wake();
      },
      { concurrency: Math.max(1, database.poolSize - 2), ...options.dispatcher },
    );
    this.relay = new Relay(database.context, new OutboxRows(database), transport, options.relay);
    this.clock = new TimerClock(database, this.receiver);
    this.janitor = new Janitor(database, options.retention);
    this.outbox = new Outbox(database.context, () =>
      this.ownsRelay ? this.relay.wake() : this.notify('outbox'),
    );
    this.timers = new TimerTable(database.context, (due) =>
      this.ownsRelay ? this.clock.setUntil(due) : this.notify('timers'),
    );
    this.deadLetters = new DeadLetters(database, () => this.inboxWaits());
    this.eventLog = new EventLog(database, transport);
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
      this.ownsRelay ? this.relay.problem : undefined,
      this.dispatcher.problem,
      ...behind,
    ].filter((each) => each !== undefined);
  }

  /** Whether this process works the context's inbox, and so may serve it. */
  get serving(): boolean {
    return this.problem === undefined;
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
    clearTimeout(this.noticeTimer);
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
      if (!this.stopping) await this.waker.sleep(backoffMs(failures++, 100, 5_000));
    }
    this.problem = 'stopped';
  }

  private explain(error: Error): void {
    // Revisions only grow: what a newer placement hosts is not served from here again.
    if (error instanceof NewerPlacement) this.parts.database.withdraw(error);
    if (error.message !== this.problem) this.logger.warn(`${this.context}: ${error.message}`);
    this.problem = error.message;
  }

  private async enter(): Promise<void> {
    const { database, transport, placement, migrations, prepare } = this.parts;
    await prepare?.();
    await database.connect();
    const pending = await pendingMigrations((sql) => database.query<{ name: string }>(sql), migrations);
    if (pending.length > 0)
      throw new Error(`the database lacks ${pending.join(', ')}; run "npm run db:prepare"`);
    const before = await claimState(database, placement);
    const session = await database.session('messaging');
    this.session = session;
    // Counting who has what in hand must survive a crash of this process, not of the server.
    await session.query('SET synchronous_commit = off');
    await registerSubscriptions(database, this.readings);
    await this.listen(session);
    const locks = new Locks(this.context, session);
    this.locks = locks;
    this.instances = new Instances(session, locks, this.instance, [...this.readings.keys()]);
    await this.instances.join();
    this.receiving = await transport.receive(
      this.context,
      (messages) => this.receiver.store(messages),
      (message, reason) => this.receiver.storeUnreadable(message, reason),
    );
    this.answering = await this.parts.serveRequests?.();
    this.former = before && before.transport !== placement.transport ? before.transport : undefined;
    this.dispatcher.start(session);
  }

  private locks?: Locks;
  private instances?: Instances;
  private former?: 'in-process' | 'rabbitmq';

  private async listen(session: Session): Promise<void> {
    session.on('notification', ({ payload }) => {
      if (payload === 'inbox') this.dispatcher.wake();
      else if (payload === 'outbox') this.relay.wake();
      else if (payload === 'timers') this.clock.setUntil(new Date(0));
      else this.waker.wake();
    });
    session.on('end', () => this.waker.wake());
    await session.query(`LISTEN ${session.escapeIdentifier(channelOf(this.context))}`);
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
      const alive = (await this.instances?.alive()) ?? [];
      await this.shareLanes(alive);
      if (!this.ownsRelay) await this.takeRelay();
      if (Date.now() - this.sweptAt > Math.min(SWEEP_MS, (this.options.retention?.unknownMs ?? SWEEP_MS) / 2))
        await this.sweep(alive);
      this.problem = undefined;
      const complete = this.ownsRelay && this.lanes.size === LANES;
      await this.waker.sleep(this.options.tickMs ?? (complete || alive.length > 1 ? 5_000 : 500));
    }
  }

  private async takeRelay(): Promise<void> {
    const { database, placement, emptyFormerTransport } = this.parts;
    if (this.options.relays === false || !(await this.locks?.tryRelay())) return;
    if (this.former) {
      await emptyFormerTransport?.(this.former);
      this.former = undefined;
    }
    await noteTransport(database, placement);
    this.ownsRelay = true;
    this.relay.start();
    this.clock.start();
  }

  private async shareLanes(alive: readonly Instance[]): Promise<void> {
    const { locks } = this;
    if (!locks) return;
    const known = new Set(this.readings.keys());
    const foreign = [...new Set(alive.flatMap((instance) => instance.known))].filter(
      (key) => !known.has(key),
    );
    this.dispatcher.setForeign(foreign);

    const now = Date.now();
    for (const [lane, until] of this.resting) if (until <= now) this.resting.delete(lane);
    const handOver = [...this.toHandOver].filter((lane) => this.lanes.has(lane));
    this.toHandOver.clear();
    await this.giveUp(handOver);
    for (const lane of handOver) this.resting.set(lane, now + FOREIGN_REST_MS);
    if (handOver.length > 0) setTimeout(() => this.waker.wake(), FOREIGN_REST_MS).unref();

    const fair = Math.ceil(LANES / Math.max(1, alive.length));
    if (this.lanes.size > fair) await this.giveUp([...this.lanes].slice(fair));
    else if (this.lanes.size < LANES) {
      // A lane that others rest from may be taken beyond the fair share: only this code may be able to move it.
      const wanted = foreignKnowledge(alive) ? LANES : fair - this.lanes.size;
      const taken = await locks.takeLanes(this.lanes, wanted, new Set(this.resting.keys()));
      for (const lane of taken) this.lanes.add(lane);
      this.dispatcher.addLanes(taken);
    }
  }

  private async giveUp(lanes: readonly number[]): Promise<void> {
    if (lanes.length === 0) return;
    await this.dispatcher.releaseLanes(lanes);
    for (const lane of lanes) this.lanes.delete(lane);
    await this.locks?.releaseLanes(lanes);
    this.notify('lanes');
  }

  private async sweep(alive: readonly Instance[]): Promise<void> {
    this.sweptAt = Date.now();
    await registerSubscriptions(this.parts.database, this.readings);
    if (this.ownsRelay) await this.janitor.sweep([...new Set(alive.flatMap(({ known }) => known))]);
  }

  private async leave(): Promise<void> {
    const { session } = this;
    await this.answering?.stop().catch((error: Error) => this.explain(error));
    this.answering = undefined;
    await this.receiving?.stop().catch((error: Error) => this.explain(error));
    this.receiving = undefined;
    await Promise.all([this.dispatcher.stop(), this.relay.stop(), this.clock.stop()]);
    this.ownsRelay = false;
    this.lanes.clear();
    this.resting.clear();
    this.session = undefined;
    if (!session) return;
    await this.instances?.leave().catch(() => undefined);
    this.instances = undefined;
    this.locks = undefined;
    session.removeAllListeners('end');
    await session.end().catch(() => undefined);
    if (this.parts.database.available) this.notify('lanes');
  }

  private inboxWaits(): void {
    this.dispatcher.wake();
    if (this.lanes.size < LANES) this.notify('inbox');
  }

  /** Tells the other processes, once per few milliseconds: NOTIFY takes a lock at commit. */
  private notify(notice: 'inbox' | 'outbox' | 'timers' | 'lanes'): void {
    this.notices.add(notice);
    this.noticeTimer ??= setTimeout(() => {
      this.noticeTimer = undefined;
      const notices = [...this.notices];
      this.notices.clear();
      this.parts.database
        .query(`SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice`, [
          channelOf(this.context),
          notices,
        ])
        .catch(() => undefined); // a hint only: whoever waits looks by itself before long
    }, 3);
  }
}

const foreignKnowledge = (alive: readonly Instance[]): boolean =>
  new Set(alive.map(({ known }) => [...known].sort().join())).size > 1;
