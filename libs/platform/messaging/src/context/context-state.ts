import type { Database } from '@banyan/persistence';
import { guardRemoved } from '../failpoints';
import type { Placement } from '../transport/placement';

/** What a context's schema remembers of who hosted it. */
export interface ContextState {
  readonly revision: number;
  readonly deployable: string;
  readonly transport: 'in-process' | 'rabbitmq';
}

/** A process of an older placement must not work on a context that a newer one hosts. */
export class NewerPlacement extends Error {
  constructor(context: string, own: number, { revision, deployable }: ContextState) {
    super(
      `${context} was placed in ${deployable} by topology revision ${revision}; this process is of revision ${own} and steps back: ` +
        'start it again with the present topology.json, whose revision only ever rises',
    );
    this.name = 'NewerPlacement';
  }
}

/** What the schema last noted of where its context runs; undefined where nothing ever hosted it. */
export const readState = async (database: Database): Promise<ContextState | undefined> =>
  (await database.query<ContextState>('SELECT revision, deployable, transport FROM context_state'))[0];

/**
 * Notes that this placement hosts the context, and returns what was noted before.
 * @throws NewerPlacement when a process of a higher revision did so.
 */
export async function claimState(
  database: Database,
  placement: Placement,
): Promise<ContextState | undefined> {
  const { revision, deployable } = placement;
  return database.run(async () => {
    const [before] = await database.query<ContextState>(
      'SELECT revision, deployable, transport FROM context_state FOR UPDATE',
    );
    if (before && before.revision > revision && !guardRemoved('placement.revision'))
      throw new NewerPlacement(database.context, revision, before);
    if (before?.revision === revision && before.deployable !== deployable) {
      throw new Error(
        `topology.json places ${database.context} in ${deployable}, but revision ${revision} placed it in ${before.deployable}; raise "revision" with every change of placement`,
      );
    }
    // The transport is noted once nothing of the former one is left: see noteTransport.
    await database.query(
      `INSERT INTO context_state (revision, deployable, transport) VALUES ($1, $2, $3)
       ON CONFLICT (single) DO UPDATE SET revision = EXCLUDED.revision, deployable = EXCLUDED.deployable, at = now()
        WHERE context_state.revision <= EXCLUDED.revision`,
      [revision, deployable, placement.transport],
    );
    await database.query(`SELECT pg_notify($1, 'revision')`, [channelOf(database.context)]);
    return before;
  });
}

/** Notes which transport the context uses from now on. */
export async function noteTransport(database: Database, placement: Placement): Promise<void> {
  await database.query('UPDATE context_state SET transport = $1 WHERE transport <> $1 AND revision = $2', [
    placement.transport,
    placement.revision,
  ]);
}

/** Where processes tell each other that something waits. */
export const channelOf = (context: string): string => `banyan_${context}`;
