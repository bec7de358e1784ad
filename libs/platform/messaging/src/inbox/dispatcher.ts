import type { Database, Session } from '@banyan/persistence';
import { backoffMs, Waker } from '../waker';
import { Attempts } from './attempts';
import {
  type AttemptEnded,
  type DispatcherOptions,
  type DispatcherSettings,
  dispatcherSettings,
} from './dispatcher-options';
import { Failures, type Fate } from './failures';
import { readingKey, type Reading } from './handler';
import { type InboxRow, InboxRows } from './inbox-rows';
import { Plan } from './plan';

/**
 * Works one context's inbox: per chain (publisher, key and group) in order, chains in parallel.
 * Only lanes that it was given; whoever gives them holds their locks.
 */
export class Dispatcher {
  private readonly settings: DispatcherSettings;
  private readonly rows: InboxRows;
  private readonly plan: Plan;
  private readonly attempts: Attempts;
  private readonly failures: Failures;
  private readonly waker = new Waker();
  private stopping = false;
  private loop?: Promise<void>;
  private foreign: readonly string[] = [];
  private foreignAsOf = 'infinity';
  problem?: string;

  constructor(
    database: Database,
    private readonly instance: number,
    private readonly readings: ReadonlyMap<string, Reading>,
    /** Called with a lane in which messages wait that only other code can read. */
    handOver: (lane: number) => void,
    options: DispatcherOptions = {},
  ) {
    const settings = dispatcherSettings(options);
    const canRead = ({ type, subscription }: InboxRow) => readings.has(readingKey(type, subscription));
    this.settings = settings;
    this.rows = new InboxRows(database);
    this.plan = new Plan(settings, canRead, handOver);
    this.attempts = new Attempts(database, instance, this.rows, readings, this.plan, settings);
    this.failures = new Failures(database, this.rows, settings);
  }

  /** Messages arrived, or may have. */
  wake = (): void => {
    this.plan.expectMore();
    this.waker.wake();
  };

  /** Chains that wait for their next attempt. */
  get blockedChains(): number {
    return this.plan.blockedChains;
  }

  start(session: Session): void {
    this.stopping = false;
    this.loop ??= this.work(session).finally(() => (this.loop = undefined));
    this.wake();
  }

  /** Starts nothing more; resolves when what runs has ended. Gives up all lanes. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.loop;
    this.plan.clear();
  }

  addLanes(lanes: readonly number[]): void {
    this.plan.addLanes(lanes);
    if (lanes.length > 0) this.wake();
  }

  /** Stops working on these lanes; resolves when nothing of them runs any more. */
  async releaseLanes(lanes: readonly number[]): Promise<void> {
    this.plan.removeLanes(lanes);
    while (this.plan.runsIn(lanes)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** What only other processes alive can read, as reading keys, and as of when, by the server's clock. */
  setForeign(foreign: readonly string[], asOf: string): void {
    this.foreign = foreign;
    this.foreignAsOf = asOf;
  }

  private async work(session: Session): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await this.look(session);
        this.problem = undefined;
        failures = 0;
        this.pump(session);
        if (this.plan.mayRest) await this.waker.sleep(this.plan.untilNextLook());
      } catch (error) {
        this.problem = (error as Error).message;
        await this.waker.sleep(backoffMs(failures++, 50, 5_000));
      }
    }
    while (this.plan.isRunning) await this.waker.sleep(1_000);
  }

  private async look(session: Session): Promise<void> {
    const look = this.plan.look();
    if (!look) return;
    const known = [...this.readings.keys(), ...this.foreign];
    const { instance, foreignAsOf: knownAsOf } = this;
    try {
      this.plan.found(await this.rows.fetch(session, { instance, known, knownAsOf, ...look }), look);
    } catch (error) {
      this.plan.expectMore();
      throw error;
    }
  }

  private pump(session: Session): void {
    if (this.stopping) return;
    for (let row = this.plan.next(); row; row = this.plan.next()) void this.carry(row, session);
  }

  /** Never rejects. */
  private async carry(row: InboxRow, session: Session): Promise<void> {
    const { subscription, type } = row;
    const began = performance.now();
    const tell = (outcome: AttemptEnded['outcome']): void =>
      this.settings.onAttempt?.({ subscription, type, outcome, durationMs: performance.now() - began });
    let fate: Fate | undefined;
    try {
      await this.attempts.make(row, session);
      tell('handled');
    } catch (error) {
      fate = await this.failures.settle(row, error, tell);
      if (fate.problem) this.problem = fate.problem;
    }
    this.plan.conclude(row, fate?.blocking);
    this.pump(session);
    if (fate || this.stopping || this.plan.wantsMore) this.waker.wake();
  }
}
