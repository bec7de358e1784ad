import type { Session } from '@banyan/persistence';
import type { Locks } from './locks';

/** A process at work on the same inbox. */
export interface Instance {
  readonly number: number;
  /** Reading keys. */
  readonly known: readonly string[];
}

/** The processes that share one context's inbox. */
export class Instances {
  constructor(
    private readonly session: Session,
    private readonly locks: Locks,
    readonly own: number,
    private readonly known: readonly string[],
  ) {}

  /** @throws Error when the number is taken, which chance makes all but impossible. */
  async join(): Promise<void> {
    if (!(await this.locks.tryInstance(this.own)))
      throw new Error(`Instance number ${this.own} is taken; start again`);
    await this.session.query(
      `INSERT INTO inbox_instances (number, known) VALUES ($1, $2)
       ON CONFLICT (number) DO UPDATE SET known = EXCLUDED.known, seen_at = now()`,
      [this.own, this.known],
    );
  }

  async leave(): Promise<void> {
    await this.session.query('DELETE FROM inbox_instances WHERE number = $1', [this.own]);
  }

  /**
   * The instances alive, this one included. Whoever died without leaving is buried: what it had in hand is suspected,
   * because one of these messages may have been what killed it. Which one, their starts alone will tell.
   */
  async alive(): Promise<Instance[]> {
    const { rows } = await this.session.query<Instance>(
      'UPDATE inbox_instances SET seen_at = now() WHERE number = $1 RETURNING number, known',
      [this.own],
    );
    if (rows.length === 0) await this.join();
    const { rows: others } = await this.session.query<Instance>(
      'SELECT number, known FROM inbox_instances WHERE number <> $1',
      [this.own],
    );
    const alive: Instance[] = [{ number: this.own, known: this.known }];
    for (const other of others) {
      if (!(await this.locks.tryInstance(other.number))) {
        alive.push(other);
        continue;
      }
      await this.session.query(
        `WITH dead AS (DELETE FROM inbox_instances WHERE number = $1 RETURNING in_hand)
         UPDATE inbox SET starts = greatest(starts, 1) WHERE seq = ANY(ARRAY(SELECT unnest(in_hand) FROM dead))`,
        [other.number],
      );
      await this.locks.releaseInstance(other.number);
    }
    return alive;
  }
}
