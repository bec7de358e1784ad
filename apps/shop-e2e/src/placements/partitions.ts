import { CONTEXTS, type Placement } from '../shop/placements';

/** The contexts of each deployable. */
export type Partition = readonly (readonly string[])[];

/** Every way in which things can be put together: 877 for seven. Their number for n things is the nth Bell number. */
export function partitionsOf<T>(things: readonly T[]): T[][][] {
  const [first, ...rest] = things;
  if (first === undefined) return [[]];
  return partitionsOf(rest).flatMap((partition) => [
    [[first], ...partition],
    ...partition.map((_, at) => partition.map((block, n) => (n === at ? [first, ...block] : block))),
  ]);
}

/** All placements of the shop's contexts, the monolith first, those of few deployables before those of many. */
export const allPartitions: readonly Partition[] = partitionsOf(CONTEXTS).sort(
  (one, other) => one.length - other.length,
);

/**
 * Ten that put every two contexts together, and apart. Seven threes of which any two contexts share exactly one (the lines of
 * the Fano plane), each beside the other four, together or each by itself; and three by what belongs together in a shop.
 */
export const tenPartitions: readonly Partition[] = [
  ...[
    ['users', 'catalog', 'inventory'],
    ['users', 'orders', 'payments'],
    ['users', 'shipping', 'notifications'],
    ['catalog', 'orders', 'shipping'],
    ['catalog', 'payments', 'notifications'],
    ['inventory', 'orders', 'notifications'],
    ['inventory', 'payments', 'shipping'],
  ].map((line, n): Partition => {
    const others = CONTEXTS.filter((context) => !line.includes(context));
    return n % 2 === 0 ? [line, others] : [line, ...others.map((context) => [context])];
  }),
  [
    ['users', 'notifications'],
    ['catalog', 'inventory'],
    ['orders', 'payments', 'shipping'],
  ],
  [
    ['catalog', 'inventory', 'orders', 'shipping'],
    ['users', 'payments', 'notifications'],
  ],
  [['users', 'catalog', 'inventory', 'orders', 'payments'], ['shipping'], ['notifications']],
];

/** Its deployables. Whoever has the catalog is where the door is; the others are called after their contexts. */
export const placementOf = (partition: Partition): Placement =>
  Object.fromEntries(
    partition.map((contexts) => [
      contexts.includes('catalog') ? 'monolith' : `${contexts.join('-')}-service`,
      contexts,
    ]),
  );

/** `users+catalog | orders` */
export const wordsForPartition = (partition: Partition): string =>
  partition.map((contexts) => contexts.join('+')).join(' | ');
