import type { Session } from '@banyan/persistence';
import { LANES, stableHash32 } from '../tables/hash';

/**
 * What a process may own of a context, as advisory locks of one session: when the session ends, for whatever reason,
 * all of it is free again.
 */
export class Locks {
  private readonly relayClass: number;
  private readonly laneClass: number;
  private readonly instanceClass: number;

  constructor(
    context: string,
    private readonly session: Session,
  ) {
    this.relayClass = stableHash32(`banyan relay ${context}`);
    this.laneClass = stableHash32(`banyan lane ${context}`);
    this.instanceClass = stableHash32(`banyan instance ${context}`);
  }

  /** The right to send what the context published, and to move its timers. */
  tryRelay = (): Promise<boolean> => this.try(this.relayClass, 0);

  /** Says that this instance lives. Also tells whether another does: it can be taken only when that one is dead. */
  tryInstance = (number: number): Promise<boolean> => this.try(this.instanceClass, number);
  releaseInstance = (number: number): Promise<void> => this.release(this.instanceClass, number);

  /** Takes up to `wanted` free lanes of those not held yet. */
  async takeLanes(held: ReadonlySet<number>, wanted: number, except: ReadonlySet<number>): Promise<number[]> {
    const taken: number[] = [];
    for (let lane = 0; lane < LANES && taken.length < wanted; lane++) {
      if (!held.has(lane) && !except.has(lane) && (await this.try(this.laneClass, lane))) taken.push(lane);
    }
    return taken;
  }

  async releaseLanes(lanes: readonly number[]): Promise<void> {
    for (const lane of lanes) await this.release(this.laneClass, lane);
  }

  private async try(space: number, number: number): Promise<boolean> {
    const { rows } = await this.session.query<{ got: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS got',
      [space, number],
    );
    return rows[0]?.got === true;
  }

  private async release(space: number, number: number): Promise<void> {
    await this.session.query('SELECT pg_advisory_unlock($1, $2)', [space, number]);
  }
}
