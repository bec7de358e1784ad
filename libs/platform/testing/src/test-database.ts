import { randomBytes } from 'node:crypto';
import { withClient } from './with-client';

/** A database of a test's own. */
export interface TestDatabase {
  /** As the server's superuser. */
  readonly url: string;
  readonly name: string;
  /** Also ends whatever is still connected. */
  drop(): Promise<void>;
}

/**
 * Creates a database on the run's server (see `tools/testing/global-setup.js`).
 * The caller drops it: `afterAll(() => database.drop())`. With `like`, it begins as a copy of that one, to which nobody may be
 * connected meanwhile.
 */
export async function testDatabase({ like }: { readonly like?: TestDatabase } = {}): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}${like ? ` TEMPLATE ${like.name}` : ''}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

function serverUrl(): string {
  const url = process.env.BANYAN_TEST_DATABASE_URL;
  if (!url)
    throw new Error('This run has no PostgreSQL: its jest.config.js needs the globalSetup of jest.preset.js');
  return url;
}

const onServer = (url: string, statement: string): Promise<void> =>
  withClient(url, async (client) => void (await client.query(statement)));
