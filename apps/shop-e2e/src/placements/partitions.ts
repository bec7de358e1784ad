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

/** Of the shop's own contexts: what is together in each of the ten. Those that are not named are each by themselves. */
const TOGETHER: readonly Partition[] = [
  // The lines of the Fano plane: any two contexts are together in exactly one of the seven. Every other time, so are the rest.
  [
    ['users', 'catalog', 'inventory'],
    ['orders', 'payments', 'shipping', 'notifications'],
  ],
  [['users', 'orders', 'payments']],
  [
    ['users', 'shipping', 'notifications'],
    ['catalog', 'inventory', 'orders', 'payments'],
  ],
  [['catalog', 'orders', 'shipping']],
  [
    ['catalog', 'payments', 'notifications'],
    ['users', 'inventory', 'orders', 'shipping'],
  ],
  [['inventory', 'orders', 'notifications']],
  [
    ['inventory', 'payments', 'shipping'],
    ['users', 'catalog', 'orders', 'notifications'],
  ],
  // And three by what belongs together in a shop.
  [
    ['users', 'notifications'],
    ['catalog', 'inventory'],
    ['orders', 'payments', 'shipping'],
  ],
  [
    ['catalog', 'inventory', 'orders', 'shipping'],
    ['users', 'payments', 'notifications'],
  ],
  [['users', 'catalog', 'inventory', 'orders', 'payments']],
];

/** Ten that put every two contexts together, and apart. Contexts that the shop did not have join one after the other. */
export function tenPartitionsOf(contexts: readonly string[]): Partition[] {
  const own = TOGETHER.flat(2);
  const newcomers = contexts.filter((context) => !own.includes(context));
  return TOGETHER.map((together, n) => {
    const blocks = together.map((block) => block.filter((context) => contexts.includes(context)));
    const alone = contexts.filter((context) => own.includes(context) && !together.flat().includes(context));
    const partition = [...blocks.filter((block) => block.length > 0), ...alone.map((context) => [context])];
    newcomers.forEach((context, m) => partition[(n * (m + 1)) % partition.length]!.push(context));
    return partition;
  });
}

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
