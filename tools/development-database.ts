import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { databaseVariable } from '@banyan/persistence';
import { developmentPostgres, root } from '@banyan/servers';

/**
 * Does a command's work where nothing in the environment says which server it is meant for: on the PostgreSQL of this
 * checkout, once something was served from it, which is started for as long as the work takes. A server that is named,
 * and production, are left as they are.
 */
export async function onSomeDatabase(context: string, work: () => Promise<void>): Promise<void> {
  return process.env[databaseVariable(context)] ? work() : onSharedServer(work);
}

/** The same where one context may have a database of its own, and the server that the others share is meant. */
export async function onSharedServer(work: () => Promise<void>): Promise<void> {
  const { env } = process;
  const served = existsSync(join(root, '.data', 'postgres', 'data'));
  if (env['DATABASE_URL'] || !served || env['NODE_ENV'] === 'production') return work();
  const postgres = await developmentPostgres();
  env['DATABASE_URL'] = postgres.url;
  try {
    await work();
  } finally {
    await postgres.leave();
  }
}
