import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { testDatabase, type TestDatabase } from '@banyan/testing';
import { Database } from './database';
import { DatabaseUnavailable } from './unavailable';

/** What PostgreSQL says last to a connection that it ends, and what it says when it is ready for a statement. */
const text = 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const ENDING = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 4 + text.length]), Buffer.from(text)]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

describe('A connection that the server ends in the moment in which it is ready', () => {
  let server: TestDatabase;
  let proxy: Server;
  let database: Database;
  let ending = false;

  beforeEach(async () => {
    server = await testDatabase();
    const { hostname, port } = new URL(server.url);
    proxy = createServer((client) => {
      const postgres = connect(Number(port), hostname);
      for (const socket of [client, postgres]) socket.on('error', () => undefined);
      client.pipe(postgres);
      postgres.on('data', (bytes) => {
        if (ending && bytes.subarray(-READY.length).equals(READY)) client.end(Buffer.concat([bytes, ENDING]));
        else client.write(bytes);
      });
      client.on('close', () => postgres.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = new URL(server.url);
    url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    database = new Database({ context: 'orders', url: url.href });
  });
  afterEach(async () => {
    ending = false;
    await database.close();
    proxy.close();
    await server.drop();
  });

  it('is an unavailable database to whoever wanted it, and no end of the process', async () => {
    ending = true;
    await expect(database.connect()).rejects.toThrow(DatabaseUnavailable);
    ending = false;
    await database.connect();
    ending = true;
    // Its answer came before its end; whoever is next needs a new connection.
    await database.run(() => database.query('SELECT 1'));
    await expect(database.run(() => database.query('SELECT 1'))).rejects.toThrow(DatabaseUnavailable);

    ending = false;
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
