import type { Topology } from '@banyan/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './deployable';

const topology = JSON.parse(readFileSync(join(WORKSPACE, 'topology.json'), 'utf8')) as Topology;

/** Which context runs in which deployable. All are reached by the door of the monolith. */
export type Placement = Readonly<Record<string, readonly string[]>>;

/** Those of this checkout, in the order of topology.json: a new one is listed nowhere by hand. */
export const CONTEXTS: readonly string[] = Object.values(topology.deployables).flatMap(
  ({ contexts }) => contexts,
);

export const monolithAlone: Placement = { monolith: CONTEXTS };

/** One context in its own deployable, the others together. */
export const extracted = (context: string): Placement => ({
  monolith: CONTEXTS.filter((each) => each !== context),
  [`${context}-service`]: [context],
});

/** Six in services of their own; the seventh, catalog, where the door is. */
export const eachApart: Placement = {
  monolith: ['catalog'],
  ...Object.fromEntries(
    CONTEXTS.filter((each) => each !== 'catalog').map((context) => [`${context}-service`, [context]]),
  ),
};

/** Those that every run proves, and those that `npm run test:full` adds. */
export const placements: [string, Placement][] = [
  ['with one process', monolithAlone],
  ['with each context in a process of its own', eachApart],
  ...(process.env['BANYAN_FULL'] === '1'
    ? CONTEXTS.map((context): [string, Placement] => [`with ${context} extracted`, extracted(context)])
    : []),
];
