import { CONTEXTS, eachApart, extracted, monolithAlone, type Placement } from '../shop/placements';
import { allPartitions, placementOf, tenPartitionsOf, wordsForPartition } from './partitions';

/** A placement to be walked through. */
export interface Candidate {
  readonly name: string;
  readonly placement: Placement;
  readonly databases?: 'apart';
}

/** Those that have a name of their own, and the ten partitions. */
export const named: readonly Candidate[] = [
  { name: 'the monolith', placement: monolithAlone },
  ...CONTEXTS.map((context) => ({ name: `${context} alone outside`, placement: extracted(context) })),
  { name: 'all apart', placement: eachApart },
  { name: 'all apart, in seven databases', placement: eachApart, databases: 'apart' },
  { name: 'the monolith, on seven databases', placement: monolithAlone, databases: 'apart' },
  ...tenPartitionsOf(CONTEXTS).map((partition) => ({
    name: wordsForPartition(partition),
    placement: placementOf(partition),
  })),
];

/** All that there are. */
export const everyPartition: readonly Candidate[] = allPartitions.map((partition) => ({
  name: wordsForPartition(partition),
  placement: placementOf(partition),
}));
