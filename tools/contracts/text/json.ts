/** JSON text that is equal for equal values: keys sorted, nothing undefined. */
export const canonical = (value: unknown): string => JSON.stringify(sorted(value));

/** A copy of JSON `value` with the keys of every object sorted, and what a schema says is `required`, so that a generated file changes only where its meaning does. */
export function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [
        name,
        name === 'required' && Array.isArray(item) ? item.toSorted() : sorted(item),
      ]),
  ) as T;
}

export const sameJson = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);
