import { CONTEXTS } from '../shop/placements';
import {
  allPartitions,
  type Partition,
  partitionsOf,
  placementOf,
  tenPartitionsOf,
  wordsForPartition,
} from './partitions';

const together = (partition: Partition, one: string, other: string) =>
  partition.some((contexts) => contexts.includes(one) && contexts.includes(other));
const complete = (partition: Partition) => partition.flat().sort();

describe('Partitions', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [5, 52],
    [7, 877],
  ])('of %i things are %i, no two alike, each with everything once', (things, count) => {
    const all = Array.from({ length: things }, (_, n) => String(n));
    const partitions = partitionsOf(all);

    expect(
      new Set(
        partitions.map((each) =>
          each
            .map((block) => block.join())
            .sort()
            .join('|'),
        ),
      ).size,
    ).toBe(count);
    expect(partitions).toHaveLength(count);
    for (const partition of partitions) expect(complete(partition)).toEqual(all);
  });

  it('of the shop begin with the monolith and end with all apart', () => {
    expect(wordsForPartition(allPartitions[0]!)).toBe(CONTEXTS.join('+'));
    expect(wordsForPartition(allPartitions.at(-1)!)).toBe(CONTEXTS.join(' | '));
  });
});

describe.each([
  ['those of this shop', CONTEXTS],
  ['one more', [...CONTEXTS, 'gifts']],
  ['two more', [...CONTEXTS, 'gifts', 'repairs']],
])('The ten partitions of %s', (_, contexts) => {
  const ten = tenPartitionsOf(contexts);

  it('are ten, each with every context once, and with a door', () => {
    expect(ten).toHaveLength(10);
    for (const partition of ten) {
      expect(complete(partition)).toEqual([...contexts].sort());
      expect(placementOf(partition)['monolith']).toContain('catalog');
    }
  });

  it('put every two contexts together, and apart', () => {
    const pairs = contexts.flatMap((one, n) => contexts.slice(n + 1).map((other) => [one, other] as const));
    const never = (is: (partition: Partition, one: string, other: string) => boolean) =>
      pairs.filter(([one, other]) => !ten.some((partition) => is(partition, one, other)));

    expect(never(together)).toEqual([]);
    expect(never((...pair) => !together(...pair))).toEqual([]);
  });
});
