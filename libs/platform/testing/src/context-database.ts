import {
  contextDatabaseUrl,
  Database,
  type DatabaseSettings,
  prepareDatabases,
  type PreparedContext,
} from '@banyan/persistence';
import { testDatabase } from './test-database';

/** A context's database as production has it: schema, both roles, migrations; and how to be rid of it. */
export interface ContextDatabase {
  readonly database: Database;
  drop(): Promise<void>;
}

/**
 * Prepares a database of a test's own for one context, and connects as its application role.
 * The caller drops it: `afterAll(() => orders.drop())`.
 */
export async function contextDatabase(
  context: PreparedContext & Pick<DatabaseSettings, 'tables'>,
): Promise<ContextDatabase> {
  const server = await testDatabase();
  const env = { DATABASE_URL: server.url };
  await prepareDatabases([context], env);
  const { name, tables } = context;
  const database = new Database({ context: name, url: contextDatabaseUrl(name, env), tables });
  await database.connect();
  return {
    database,
    drop: async () => {
      await database.close();
      await server.drop();
    },
  };
}
