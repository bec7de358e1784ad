import { testDatabase, type TestDatabase } from '@banyan/testing';
import { Client } from 'pg';
import { Database } from './database';
import type { PreparedContext } from './migrations';
import { pendingMigrations, prepareDatabases } from './prepare';
import { contextDatabaseUrl } from './urls';

const table = (name: string, sql = 'id int PRIMARY KEY') => ({
  name: `0001-${name}`,
  up: (query: (sql: string) => Promise<void>) => query(`CREATE TABLE ${name} (${sql})`),
});
const orders: PreparedContext = { name: 'orders', migrations: [table('things')] };
const catalog: PreparedContext = { name: 'catalog', migrations: [table('things')], extensions: ['pg_trgm'] };

describe('Preparing databases', () => {
  let server: TestDatabase;
  let env: Record<string, string>;

  beforeEach(async () => {
    server = await testDatabase();
    env = { DATABASE_URL: server.url };
  });
  afterEach(() => server.drop());

  const as = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  it('gives each context a schema that its application role can use, and not change', async () => {
    await prepareDatabases([orders, catalog], env);

    await as(contextDatabaseUrl('orders', env), async (client) => {
      await client.query('INSERT INTO orders.things VALUES (1)');
      await expect(client.query('DROP TABLE orders.things')).rejects.toThrow('must be owner');
      await expect(client.query('CREATE TABLE orders.more (id int)')).rejects.toThrow('permission denied');
      await expect(client.query('CREATE TABLE public.more (id int)')).rejects.toThrow('permission denied');
    });
  });

  it('refuses each role in every schema but its own', async () => {
    const contexts = [orders, catalog];
    await prepareDatabases(contexts, env);

    for (const { name } of contexts) {
      for (const other of contexts.filter((each) => each.name !== name)) {
        await as(contextDatabaseUrl(name, env), async (client) => {
          await expect(client.query(`SELECT * FROM ${other.name}.things`)).rejects.toThrow(
            `permission denied for schema ${other.name}`,
          );
          await expect(client.query(`SET ROLE ${other.name}_owner`)).rejects.toThrow('permission denied');
        });
      }
    }
  });

  it('changes nothing when all is in place, also when many prepare at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => prepareDatabases([orders, catalog], env)));

    await as(server.url, async (client) => {
      const { rows } = await client.query('SELECT name FROM orders.migrations');
      expect(rows).toEqual([{ name: '0001-things' }]);
    });
  });

  it('leaves nothing of a migration that fails, and names it', async () => {
    const broken = {
      name: '0002-broken',
      up: async (query: (sql: string) => Promise<void>) => {
        await query('CREATE TABLE half (id int)');
        await query('CREATE TABLE half (id int)');
      },
    };

    await expect(
      prepareDatabases([{ ...orders, migrations: [...orders.migrations, broken] }], env),
    ).rejects.toThrow('Migration 0002-broken of orders failed: relation "half" already exists');

    await as(server.url, async (client) => {
      const { rows } = await client.query(`SELECT to_regclass('orders.half') AS half`);
      expect(rows).toEqual([{ half: null }]);
    });
  });

  it('tells a process, which may not change anything, what is missing', async () => {
    await prepareDatabases([{ ...orders, migrations: [] }], env);
    const database = new Database({ context: 'orders', url: contextDatabaseUrl('orders', env) });
    await database.connect();
    const query = (sql: string) => database.query<{ name: string }>(sql);

    expect(await pendingMigrations(query, orders.migrations)).toEqual(['0001-things']);
    await prepareDatabases([orders], env);
    expect(await pendingMigrations(query, orders.migrations)).toEqual([]);

    await database.close();
  });

  it('refuses an empty database of its own while the shared server still holds the rows', async () => {
    await prepareDatabases([orders], env);
    await as(contextDatabaseUrl('orders', env), (client) =>
      client.query('INSERT INTO orders.things VALUES (1)'),
    );
    const empty = await testDatabase();
    const own = new URL(contextDatabaseUrl('orders', env));
    own.pathname = new URL(empty.url).pathname;
    const moved = { ...env, ORDERS_DATABASE_URL: own.toString() };

    await expect(prepareDatabases([orders], moved)).rejects.toThrow(
      'The data of orders lie on the shared server still',
    );

    await as(server.url, (client) => client.query('TRUNCATE orders.things'));
    await prepareDatabases([orders], moved);
    await empty.drop();
  });
});
