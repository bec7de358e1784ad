import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkout } from './checkout';
import { differences, type Hashes } from './hashes';

/** The one file that a move edits, and what is drawn and generated from it. */
const FOLLOWS_TOPOLOGY = /^(topology\.json|docs\/shop\.md|deploy\/.+)$/;

/**
 * Extracts or absorbs a context by the command, and returns the paths that it changed.
 * @throws Error naming what else than topology.json, and what follows from it, it touched, or that it did not edit it
 */
export async function move(
  checkout: Checkout,
  how: 'extract' | 'absorb',
  context: string,
): Promise<string[]> {
  const before = checkout.hashes();
  await checkout.generate(how, context);
  return assertOnlyMoved(before, checkout.hashes(), `${how} ${context}`);
}

/** @throws Error as `move` */
export function assertOnlyMoved(before: Hashes, after: Hashes, what: string): string[] {
  const changed = differences(before, after);
  const others = changed.filter((path) => !FOLLOWS_TOPOLOGY.test(path));
  if (others.length > 0) throw new Error(`${what} changed more than the topology: ${others.join(', ')}`);
  if (!changed.includes('topology.json')) throw new Error(`${what} did not edit topology.json`);
  return changed;
}

/** What topology.json and the files that follow it say, whatever the revision, by path. */
export const placementOf = ({ folder, hashes }: Checkout): Map<string, string> =>
  new Map(
    [...hashes().keys()]
      .filter((path) => FOLLOWS_TOPOLOGY.test(path))
      .map((path) => [
        path,
        readFileSync(join(folder, path), 'utf8').replaceAll(/(revision\W+)\d+/gi, '$1n'),
      ]),
  );
