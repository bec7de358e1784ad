import type { Shop } from './shop';

/** Pods of each deployable. */
export const LEAST_PODS = 2;
export const MOST_PODS = 4;
/** Pods that a roll-out adds. */
export const SURGE = 1;

/** A pool of eight and a session for locks and LISTEN: see libs/platform/hosting/src/pools.ts. */
const CONNECTIONS_PER_CONTEXT = 9;
/** The jobs, a look by hand, and what the server keeps for itself. */
const OTHER_CONNECTIONS = 40;

/** What the server must allow, so that no pod is refused in the middle of a roll-out, in steps of 50. */
export function connections({ contexts, provider }: Shop, pods = MOST_PODS + SURGE): number {
  const users = contexts.length + (provider ? 1 : 0);
  return Math.ceil((users * CONNECTIONS_PER_CONTEXT * pods + OTHER_CONNECTIONS) / 50) * 50;
}

/** More contexts, more rows and handlers in memory. CPU in thousandths, memory in MiB. */
export const resourcesOf = (contexts: number) => ({
  requests: { cpu: `${100 + 50 * contexts}m`, memory: `${160 + 32 * contexts}Mi` },
  limits: { cpu: `${1000 + 150 * contexts}m`, memory: `${2 * (160 + 32 * contexts)}Mi` },
});
