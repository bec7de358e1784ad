import type { Session } from '@banyan/persistence';
import type { Locks } from './locks';

/** A process at work on the same inbox. */
export interface Instance {
  readonly number: number;
  /** Reading keys. */
  readonly known: readonly string[];
}

/** Who is at work on an inbox, and as of when, by the server's clock: whoever joined later is not among them. */
export interface Roll {
  readonly alive: readonly Instance[];
  readonly asOf: string;
}

/** The processes that share one context's inbox. */
export class Instances {
  constructor(
    private readonly session: Session,
    private readonly locks: Locks,
    readonly own: number,
    private readonly known: readonly string[],
  ) {}

  /** Resolves with the time before it was to be seen by others. @throws Error when the number is taken, which chance makes all but impossible. */
  async join(): Promise<string> {
    if (!(await this.locks.tryInstance(this.own)))
      throw new Error(`Instance number ${this.own} is taken; start again`);
    const { rows } = await this.session.query<{ asOf: string }>(
      `INSERT INTO inbox_instances (number, known) VALUES ($1, $2)
       ON CONFLICT (number) DO UPDATE SET known = EXCLUDED.known, seen_at = now() RETURNING now()::text AS "asOf"`,
      [this.own, this.known],
    );
    return rows[0]!.asOf;
  }

  async leave(): Promise<void> {
    await this.session.query('DELETE FROM inbox_instances WHERE number = $1', [this.own]);
  }

  /**
   * The instances alive, this one included. Whoever died without leaving is buried: what it had in hand is suspected,
   * because one of these messages may have been what killed it. Which one, their starts alone will tell.
   */
  async roll(): Promise<Roll> {
    const { rows } = await this.session.query<{ asOf: string }>(
      'UPDATE inbox_instances SET seen_at = now() WHERE number = $1 RETURNING now()::text AS "asOf"',
      [this.own],
    );
    const asOf = rows[0]?.asOf ?? (await this.join());
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
    return { alive, asOf };
  }
}
