import { asking, databaseVariable, noteOfPlace, reasonOf } from '@banyan/persistence';
import type { Client } from 'pg';

/*
 * What a move notes of the two places, as the schema's comment. Both name its id: by that they are known to be of one move,
 * whatever the addresses are by which they are reached.
 */

/** Of a place that is closed, and is to be opened. */
export const arriving = (from: string, id: string): string => `${ARRIVING} from ${from}, by move ${id}`;

/** Of one that is closed for good, unless the data come back: also to be read by whoever still looks there. */
export const movedAway = (context: string, to: string, id: string): string =>
  `were moved to ${to} on ${now()}, by move ${id}: point ${databaseVariable(context)} there and start again`;

/** Of one that is open. */
export const arrived = (from: string, id: string): string => `came from ${from} on ${now()}, by move ${id}`;

/** Whether a closed place holds no more than a copy, or half of one. */
export const isArriving = (note: string | undefined): boolean =>
  reasonOf(note)?.startsWith(ARRIVING) ?? false;

export const idOf = (note: string | undefined): string | undefined =>
  /by move ([0-9a-f-]{36})/.exec(note ?? '')?.[1];

export const noteOf = (client: Client, context: string): Promise<string | undefined> =>
  noteOfPlace(context, asking(client));

const ARRIVING = 'are being moved here';
const now = (): string => new Date().toISOString();
