import { Client } from 'pg';
import type { Migration, PreparedContext } from './migrations';
import { asking, closePlace, DataElsewhere, holdsRows, noteOfPlace, reasonOf, refuseClosed } from './place';
import {
  adminDatabaseUrl,
  applicationRole,
  contextDatabaseUrl,
  databaseVariable,
  type DatabaseEnvironment,
  ownerRole,
  placeName,
  sharedAdminUrl,
} from './urls';

/** The advisory lock of all preparing, so that processes that start together take turns. */
export const PREPARE_LOCK = 0x62616e79;

export interface Preparing {
  /** Why the place stays closed to the application, see `closePlace`. (Default: it is open) */
  readonly closed?: string;
}

/**
 * Makes roles, schema, rights, extensions and tables of each context; does nothing where all is in place.
 * Needs an admin's credentials (see `adminDatabaseUrl`).
 * @throws DataElsewhere where the rows were moved away, and where a context's own URL points to an empty database while the
 * shared server still holds its rows.
 */
export async function prepareDatabases(
  contexts: readonly PreparedContext[],
  env: DatabaseEnvironment = process.env,
  { closed }: Preparing = {},
): Promise<void> {
  for (const context of contexts) {
    const admin = adminDatabaseUrl(context.name, env);
    if (!admin)
      throw new Error(
        `Set DATABASE_URL to an administrator's URL to prepare the database of ${context.name}`,
      );
    await connected(admin, async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
      if (closed === undefined) {
        await refuseClosed(context.name, asking(client));
        await refuseForgottenData(context.name, client, admin, env);
      }
      const application = await prepareRoles(
        context.name,
        client,
        new URL(contextDatabaseUrl(context.name, env)),
      );
      await prepareSchema(context, application, client, closed);
      await migrate(context, client);
    });
  }
}

/** Names of migrations that the schema of `context` still lacks. Reads as the application role. */
export async function pendingMigrations(
  query: (sql: string) => Promise<{ name: string }[]>,
  migrations: readonly Migration[],
): Promise<string[]> {
  const [exists] = await query(`SELECT to_regclass('migrations')::text AS name`);
  const applied = exists?.name
    ? new Set((await query('SELECT name FROM migrations')).map(({ name }) => name))
    : new Set<string>();
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'banyan prepare',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Data that were moved to where this points left a note there; otherwise nothing may be forgotten. */
async function refuseForgottenData(
  context: string,
  target: Client,
  targetUrl: string,
  env: DatabaseEnvironment,
): Promise<void> {
  const shared = sharedAdminUrl(env);
  if (!shared || placeName(shared) === placeName(targetUrl)) return;
  if ((await holdsRows(context, target)) || (await noteOfPlace(context, asking(target)))) return;
  const reason = await connected(shared, async (client) => {
    if (await holdsRows(context, client))
      return `lie on the shared server still: move them first by "npm run db:move -- ${context}"`;
    return reasonOf(await noteOfPlace(context, asking(client)));
  }).catch(() => undefined);
  if (reason)
    throw new DataElsewhere(
      context,
      `${reason}. ${placeName(targetUrl)}, to which ${databaseVariable(context)} points, is empty`,
    );
}

/** Roles belong to the server, so that another database's preparing may be at the same ones in this moment. */
async function prepareRoles(context: string, client: Client, applicationUrl: URL): Promise<string> {
  const password = client.escapeLiteral(decodeURIComponent(applicationUrl.password));
  const application = decodeURIComponent(applicationUrl.username) || applicationRole(context);
  await retried(() => createRole(client, ownerRole(context), 'NOLOGIN'));
  if (application !== applicationRole(context)) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [application]);
    if (!rowCount) await retried(() => createRole(client, application, `LOGIN PASSWORD ${password}`));
    return application;
  }
  const created = await retried(() => createRole(client, application, `LOGIN PASSWORD ${password}`));
  if (!created && !(await canConnect(applicationUrl))) {
    await retried(() =>
      client.query(`ALTER ROLE ${client.escapeIdentifier(application)} LOGIN PASSWORD ${password}`),
    );
  }
  return application;
}

async function createRole(client: Client, role: string, options: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount) return false;
  await client.query(`CREATE ROLE ${client.escapeIdentifier(role)} ${options}`);
  return true;
}

const canConnect = (url: URL) =>
  connected(url.toString(), async () => true).catch(
    (error: { code?: string }) => error.code !== '28P01' && error.code !== '28000',
  );

/** Repeats what another session's work on the same catalogue rows made fail. */
async function retried<T>(work: () => Promise<T>, attempts = 20): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      const contended = code === 'XX000' || code === '23505' || code === '42710' || code === '40001';
      if (!contended || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

async function prepareSchema(
  { name, extensions = [] }: PreparedContext,
  applicationRoleName: string,
  client: Client,
  closed?: string,
): Promise<void> {
  const schema = client.escapeIdentifier(name);
  const owner = client.escapeIdentifier(ownerRole(name));
  const application = client.escapeIdentifier(applicationRoleName);
  for (const extension of extensions)
    await client.query(`CREATE EXTENSION IF NOT EXISTS ${client.escapeIdentifier(extension)} SCHEMA public`);
  const entry = closed === undefined ? `GRANT USAGE ON SCHEMA ${schema} TO ${application};` : '';
  await retried(() =>
    client.query(`
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT ${owner} TO CURRENT_USER;
      CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
      REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
      ${entry}
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${application};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${application};`),
  );
  if (closed !== undefined) await closePlace(client, name, closed);
}

async function migrate({ name, migrations }: PreparedContext, client: Client): Promise<void> {
  const asOwner = `SET LOCAL ROLE ${client.escapeIdentifier(ownerRole(name))}; SET LOCAL search_path = ${client.escapeIdentifier(name)}, public;`;
  const run = async (work: () => Promise<void>) => {
    await client.query(`BEGIN; ${asOwner}`);
    try {
      await work();
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  };
  await run(async () => {
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
  });
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${client.escapeIdentifier(name)}.migrations`,
  );
  const applied = new Set(rows.map((row) => row.name));
  for (const migration of migrations.filter((each) => !applied.has(each.name))) {
    await run(async () => {
      await migration.up(async (sql) => void (await client.query(sql)));
      await client.query('INSERT INTO migrations (name) VALUES ($1)', [migration.name]);
    }).catch((error: Error) => {
      throw new Error(`Migration ${migration.name} of ${name} failed: ${error.message}`, { cause: error });
    });
  }
}
