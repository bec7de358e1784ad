import type { MessageMap, Topology } from '@banyan/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Shop, type ShopSource, shopOf } from '../shop/shop';

const map = JSON.parse(readFileSync(join(__dirname, '../../../message-map.json'), 'utf8')) as MessageMap;

/** Every context of the workspace. */
export const CONTEXTS = Object.keys(map.contexts).sort();

/** A placement: contexts by deployable, each on a port of its own from 3000 on. */
export const topologyOf = (placement: Readonly<Record<string, readonly string[]>>): Topology => ({
  revision: 3,
  deployables: Object.fromEntries(
    Object.entries(placement).map(([name, contexts], at) => [
      name,
      { contexts, url: `http://localhost:${3000 + at}` },
    ]),
  ),
});

/** The monolith's main.ts lists every context, that of a service its own. */
export const shopWith = (
  placement: Readonly<Record<string, readonly string[]>>,
  more: Partial<ShopSource> = {},
): Shop =>
  shopOf({
    topology: topologyOf(placement),
    map,
    listed: { ...placement, monolith: CONTEXTS },
    version: '1.2.3',
    ...more,
  });

export const monolithAlone = { monolith: CONTEXTS };

/** Each of `contexts` in a service of its own, the others in the monolith. */
export const extracted = (...contexts: readonly string[]): Record<string, readonly string[]> => {
  const left = CONTEXTS.filter((context) => !contexts.includes(context));
  return {
    ...(left.length > 0 && { monolith: left }),
    ...Object.fromEntries(contexts.map((context) => [`${context}-service`, [context]])),
  };
};

/** No monolith is left: clients reach every service themselves. */
export const allApart = extracted(...CONTEXTS);
