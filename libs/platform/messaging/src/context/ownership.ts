import type { Database, Session } from '@banyan/persistence';
import type { Dispatcher } from '../inbox/dispatcher';
import type { Relay } from '../outbox/relay';
import { LANES } from '../tables/hash';
import type { TimerClock } from '../timers/timer-clock';
import type { Placement } from '../transport/placement';
import { type ContextState, noteTransport } from './context-state';
import { type Instance, Instances, type Roll } from './instances';
import { Locks } from './locks';
import type { Notices } from './notices';

export interface OwnershipParts {
  readonly database: Database;
  readonly placement: Placement;
  readonly dispatcher: Dispatcher;
  readonly relay: Relay;
  readonly clock: TimerClock;
  readonly notices: Notices;
  /** Whether the relay is wanted. */
  readonly relays: boolean;
  /** Empties what the transport used before still holds, before relaying in the present one begins. */
  readonly emptyFormerTransport?: (former: ContextState['transport']) => Promise<void>;
  /** Makes somebody call `look` soon. */
  readonly wake: () => void;
}

/** For how long a lane is left to others, in which messages wait that only they can read. */
const FOREIGN_REST_MS = 1_000;

/**
 * What this process owns of a context: lanes of its inbox, and the relay with the clock. All of it are locks of one
 * session, and ends with it.
 */
export class Ownership {
  private readonly lanes = new Set<number>();
  private readonly resting = new Map<number, number>();
  private readonly toHandOver = new Set<number>();
  private hasRelay = false;
  private known: readonly string[] = [];
  private former?: ContextState['transport'];
  private locks?: Locks;
  private instances?: Instances;

  constructor(
    private readonly instance: number,
    private readonly parts: OwnershipParts,
  ) {}

  /** Whether this process sends what the context publishes, and moves its timers. */
  get ofRelay(): boolean {
    return this.hasRelay;
  }

  /** Whether no other process works the inbox. */
  get ofAllLanes(): boolean {
    return this.lanes.size === LANES;
  }

  /** Begins with nothing. `known` is what this code can read; `former` the transport that was used until now. */
  async begin(session: Session, known: readonly string[], former?: ContextState['transport']): Promise<void> {
    this.known = known;
    this.former = former;
    this.locks = new Locks(this.parts.database.context, session);
    this.instances = new Instances(session, this.locks, this.instance, known);
    await this.instances.join();
  }

  /** Takes what it can get and gives up what others shall have. Resolves with the instances alive. */
  async look(): Promise<readonly Instance[]> {
    const { locks, instances } = this;
    if (!locks || !instances) return [];
    const roll = await instances.roll();
    await this.shareLanes(locks, roll);
    if (!this.hasRelay) await this.takeRelay(locks);
    return roll.alive;
  }

  /** Messages wait in this lane that only other code can read. */
  handOver(lane: number): void {
    this.toHandOver.add(lane);
    this.parts.wake();
  }

  /** Gives everything up, once nobody here works on it any more. */
  async end(): Promise<void> {
    this.hasRelay = false;
    this.lanes.clear();
    this.resting.clear();
    await this.instances?.leave().catch(() => undefined);
    this.instances = undefined;
    this.locks = undefined;
  }

  private async takeRelay(locks: Locks): Promise<void> {
    const { database, placement, emptyFormerTransport, relay, clock } = this.parts;
    if (!this.parts.relays || !(await locks.tryRelay())) return;
    if (this.former) {
      await emptyFormerTransport?.(this.former);
      this.former = undefined;
    }
    await noteTransport(database, placement);
    this.hasRelay = true;
    relay.start();
    clock.start();
  }

  private async shareLanes(locks: Locks, { alive, asOf }: Roll): Promise<void> {
    const { dispatcher, wake } = this.parts;
    const own = new Set(this.known);
    const foreign = [...new Set(alive.flatMap(({ known }) => known))].filter((key) => !own.has(key));
    dispatcher.setForeign(foreign, asOf);

    const now = Date.now();
    for (const [lane, until] of this.resting) if (until <= now) this.resting.delete(lane);
    const handOver = [...this.toHandOver].filter((lane) => this.lanes.has(lane));
    this.toHandOver.clear();
    await this.giveUp(locks, handOver);
    for (const lane of handOver) this.resting.set(lane, now + FOREIGN_REST_MS);
    if (handOver.length > 0) setTimeout(wake, FOREIGN_REST_MS).unref();

    const fair = Math.ceil(LANES / Math.max(1, alive.length));
    if (this.lanes.size > fair) await this.giveUp(locks, [...this.lanes].slice(fair));
    else if (this.lanes.size < LANES) {
      // A lane that others rest from may be taken beyond the fair share: only this code may be able to move it.
      const wanted = knowDifferently(alive) ? LANES : fair - this.lanes.size;
      const taken = await locks.takeLanes(this.lanes, wanted, new Set(this.resting.keys()));
      for (const lane of taken) this.lanes.add(lane);
      dispatcher.addLanes(taken);
    }
  }

  private async giveUp(locks: Locks, lanes: readonly number[]): Promise<void> {
    if (lanes.length === 0) return;
    await this.parts.dispatcher.releaseLanes(lanes);
    for (const lane of lanes) this.lanes.delete(lane);
    await locks.releaseLanes(lanes);
    this.parts.notices.tell('lanes');
  }
}

const knowDifferently = (alive: readonly Instance[]): boolean =>
  new Set(alive.map(({ known }) => [...known].sort().join())).size > 1;
