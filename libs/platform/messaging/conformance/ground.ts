import { awaitedContexts, messageTables } from '@banyan/messaging';
import { prepareDatabases } from '@banyan/persistence';
import { testDatabase, type TestDatabase } from '@banyan/testing';
import { Client } from 'pg';

/** Where a grove's contexts keep their data. */
export interface Ground {
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

/** A prepared database for `contexts`, each with a table `effects` that handlers of tests write into. */
export async function prepareGround(contexts: readonly string[]): Promise<Ground> {
  const database = await testDatabase();
  const ground = { database, env: { DATABASE_URL: database.url }, drop: () => database.drop() };
  await prepareContexts(ground, contexts);
  return ground;
}

/** Empties every table of `contexts`, on which nobody may be at work: much sooner done than another ground prepared. */
export async function clearGround({ database }: Ground, contexts: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = ANY($1) AND tablename <> 'migrations'`,
      [contexts],
    );
    await client.query(rows.map(({ name }) => `DELETE FROM ${name}`).join('; '));
  } finally {
    await client.end();
  }
}

/** Prepares contexts that came later. */
export const prepareContexts = (ground: Ground, contexts: readonly string[]): Promise<void> =>
  prepareDatabases(
    contexts.map((name) => ({ name, migrations: [messageTables, awaitedContexts, effectsTable] })),
    ground.env,
  );

const effectsTable = {
  name: '0001-effects',
  up: (query: (sql: string) => Promise<void>) =>
    query(
      'CREATE TABLE effects (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subscription text, id uuid, key text, n int, note text)',
    ),
};

/** That a handler acted, as its transaction wrote it down. */
export interface Effect {
  readonly subscription: string;
  readonly id: string;
  readonly key: string;
  readonly n: number;
  readonly note: string | null;
}
