import { CONTEXTS } from '../shop/placements';
import {
  allPartitions,
  type Partition,
  partitionsOf,
  placementOf,
  tenPartitions,
  wordsForPartition,
} from './partitions';

const pairs = CONTEXTS.flatMap((one, n) => CONTEXTS.slice(n + 1).map((other) => [one, other] as const));
const together = (partition: Partition, one: string, other: string) =>
  partition.some((contexts) => contexts.includes(one) && contexts.includes(other));

describe('Partitions of the contexts', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [5, 52],
  ])('of %i things are %i', (things, partitions) => {
    expect(partitionsOf(Array.from({ length: things }, (_, n) => n))).toHaveLength(partitions);
  });

  it('are 877, no two alike, each with every context once', () => {
    const words = allPartitions.map((partition) =>
      partition
        .map((block) => block.join())
        .sort()
        .join('|'),
    );

    expect(new Set(words).size).toBe(877);
    for (const partition of allPartitions) expect(partition.flat().sort()).toEqual([...CONTEXTS].sort());
  });

  it('begin with the monolith and end with all apart', () => {
    expect(wordsForPartition(allPartitions[0]!)).toBe(CONTEXTS.join('+'));
    expect(wordsForPartition(allPartitions.at(-1)!)).toBe(CONTEXTS.join(' | '));
  });
});

describe('The ten partitions', () => {
  it('are ten, of every context once', () => {
    expect(tenPartitions).toHaveLength(10);
    for (const partition of tenPartitions) expect(partition.flat().sort()).toEqual([...CONTEXTS].sort());
  });

  it.each(pairs)('put %s and %s together, and apart', (one, other) => {
    expect(tenPartitions.some((partition) => together(partition, one, other))).toBe(true);
    expect(tenPartitions.some((partition) => !together(partition, one, other))).toBe(true);
  });

  it('have a door each', () => {
    for (const partition of tenPartitions) expect(placementOf(partition)['monolith']).toContain('catalog');
  });
});
