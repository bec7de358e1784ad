import { placeName, reasonOf } from '@banyan/persistence';
import { idOf, isArriving, noteOf } from './notes';
import { connected, MoveRefused, type Place } from './places';
import { empty, tablesOf } from './rows';

/**
 * Deletes the rows that a move left behind at `from`, once they lie open at `to`. The schema stays, closed, so that nobody
 * begins there anew. Resolves with the number of tables.
 * @throws MoveRefused unless the data were moved from the one to the other, and are still there
 */
export async function forgetLeft(context: string, from: Place, to: Place): Promise<number> {
  const left = await connected(from.admin);
  try {
    const present = await connected(to.admin);
    const [old, now] = await Promise.all([left, present].map((client) => noteOf(client, context))).finally(
      () => present.end(),
    );
    const wasMoved = reasonOf(old) !== undefined && !isArriving(old) && reasonOf(now) === undefined;
    if (!wasMoved || idOf(old) === undefined || idOf(old) !== idOf(now))
      throw new MoveRefused(
        `The data of ${context} were not moved from ${placeName(from.admin)} to ${placeName(to.admin)}, or not to their end: nothing was deleted`,
      );
    // What the schema is like stays known: it is what a move back would fill.
    const tables = (await tablesOf(left, context)).filter(({ name }) => name !== 'migrations');
    await empty(left, context, tables);
    return tables.length;
  } finally {
    await left.end();
  }
}
