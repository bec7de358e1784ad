import { z } from 'zod';
import { invalidInput } from '../problems/problem';
import { parseStrictJson } from './strict-json';

/** A page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The schema of a page, for responses. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** A place in a list as text that a client only hands back. Neither secret nor signed: validate it as any input. */
export const encodeCursor = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * The place that a cursor stands for; undefined without one.
 * @throws HttpProblem 400 `http.malformed-cursor`, naming `cursor`, for anything that `encodeCursor` did not write.
 */
export function decodeCursor<Place extends z.ZodType>(schema: Place, cursor: string): z.output<Place>;
export function decodeCursor<Place extends z.ZodType>(
  schema: Place,
  cursor: string | undefined,
): z.output<Place> | undefined;
export function decodeCursor<Place extends z.ZodType>(
  schema: Place,
  cursor: string | undefined,
): z.output<Place> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length > 0 && bytes.toString('base64url') === cursor)
      return schema.parse(parseStrictJson(bytes.toString('utf8')));
  } catch {
    // told below
  }
  throw invalidInput('http.malformed-cursor', [{ field: 'cursor', message: 'is not a cursor of this list' }]);
}

/** A page of `items`, which were asked for with one more than `limit`, to know whether another page follows. */
export function page<Item>(
  items: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => unknown,
): Page<Item> {
  const shown = items.slice(0, limit);
  const more = items.length > limit && shown.length > 0;
  return { items: shown, nextCursor: more ? encodeCursor(cursorOf(shown.at(-1)!)) : null };
}
