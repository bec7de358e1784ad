import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { awaitedContexts, messageTables } from '@banyan/messaging';
import { contextDatabaseUrl, Database, prepareDatabases } from '@banyan/persistence';
import { testDatabase, type TestDatabase } from '@banyan/testing';
import { v7 as uuid } from 'uuid';

const ROOT = join(__dirname, '..');
const run = promisify(execFile);

describe('Looking after messages that could not be sent', () => {
  let server: TestDatabase;
  let orders: Database;

  beforeAll(async () => {
    server = await testDatabase();
    const env = { DATABASE_URL: server.url };
    await prepareDatabases([{ name: 'orders', migrations: [messageTables, awaitedContexts] }], env);
    orders = new Database({ context: 'orders', url: contextDatabaseUrl('orders', env), poolSize: 2 });
    await orders.connect();
  });
  afterAll(async () => {
    await orders.close();
    await server.drop();
  });

  /** Resolves with what was printed. */
  const messages = async (...words: readonly string[]): Promise<string> => {
    const env = { ...process.env, DATABASE_URL: server.url };
    const { stdout } = await run(
      process.execPath,
      ['-r', './tools/dev/register.js', 'tools/messages.ts', ...words],
      { cwd: ROOT, env },
    );
    return stdout;
  };

  it('lists them, and puts one back with what waited behind it', async () => {
    const refused = [
      [1, uuid(), 'a', 'too strange'],
      [2, uuid(), 'a', 'waited behind a message of its key that died'],
      [3, uuid(), 'b', 'too long'],
    ] as const;
    for (const [seq, id, key, reason] of refused)
      await orders.query(
        `INSERT INTO outbox_dead (seq, id, type, key, attributes, data, reason) VALUES ($1, $2, 'orders.counted.v1', $3, '{}', '{}', $4)`,
        [seq, id, key, reason],
      );

    const listed = await messages('refused', 'orders');
    const replayed = await messages('replay', 'orders', refused[0][1]);

    for (const [, id, key, reason] of refused)
      expect(listed).toMatch(
        new RegExp(`${id}\\n.*orders\\.counted\\.v1, key ${key}, dead since .*\\n.*${reason}`),
      );
    expect(replayed).toMatch(/^2 in the outbox again/);
    expect(await orders.query('SELECT seq FROM outbox ORDER BY seq')).toEqual([{ seq: '1' }, { seq: '2' }]);
    expect(await orders.query('SELECT seq FROM outbox_dead')).toEqual([{ seq: '3' }]);
  }, 60_000);
});
