import type { Database } from '@banyan/persistence';

/** Beside its pool, each context keeps one connection for locks and LISTEN. */
const SESSIONS = 1;

export interface PoolBudget {
  /** Most connections that this process may open, over all its contexts. */
  readonly wanted: number;
  /** What each server allows in all, by host. Several processes share it. */
  readonly allowed: ReadonlyMap<string, number>;
}

/** How many connections these databases may take, against what their servers allow. They must be connected. */
export async function poolBudget(databases: readonly Database[]): Promise<PoolBudget> {
  const allowed = new Map<string, number>();
  for (const database of databases) {
    const { host } = new URL(database.url);
    if (allowed.has(host)) continue;
    const [row] = await database.query<{ most: string }>(`SELECT current_setting('max_connections') AS most`);
    allowed.set(host, Number(row?.most));
  }
  return { wanted: databases.reduce((sum, { poolSize }) => sum + poolSize + SESSIONS, 0), allowed };
}

/** One line for whoever runs the process. */
export const sayPools = ({ wanted, allowed }: PoolBudget): string =>
  `may open ${wanted} database connections; ${[...allowed].map(([host, most]) => `${host} allows ${most} in all`).join(', ')}`;
