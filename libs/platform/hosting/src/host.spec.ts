import { Public } from '@banyan/auth';
import { contextContract, type MessageMap } from '@banyan/contracts';
import { Database } from '@banyan/persistence';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';
import { Controller, Get, Module } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContextModule } from './context-module';
import { host, type Host, type HostOptions } from './host';

@Controller('bells')
class BellsController {
  constructor(private readonly database: Database) {}

  @Public()
  @Get()
  async count() {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*)::int AS count FROM bells');
    return row;
  }
}

@Module({
  imports: [
    ContextModule.of(contextContract('bells', {}), {
      migrations: [{ name: '0001-bells', up: (query) => query('CREATE TABLE bells (id int)') }],
    }),
  ],
  controllers: [BellsController],
})
class BellsModule {}

@Controller('towers')
class TowersController {
  @Public()
  @Get(':id')
  show() {
    return { here: true };
  }
}

@Module({ imports: [ContextModule.of(contextContract('towers', {}))], controllers: [TowersController] })
class TowersModule {}

const nothing = { publishes: [], subscribes: {}, answers: [], asks: [] };
const map: MessageMap = { contexts: { bells: nothing, towers: nothing } };
const together = {
  revision: 1,
  deployables: { monolith: { contexts: ['bells', 'towers'], url: 'http://localhost:1' } },
};

describe('A host', () => {
  let server: TestDatabase;
  let running: Host | undefined;

  beforeEach(async () => {
    server = await testDatabase();
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await server.drop();
  });

  const start = async (options: HostOptions = {}) =>
    (running = await host('monolith', [BellsModule, TowersModule], {
      topology: together,
      map,
      port: 0,
      logger: false,
      signals: false,
      ...options,
      env: { DATABASE_URL: server.url, BANYAN_PREPARE: '1', ...options.env },
    }));
  const get = async (path: string) => {
    const response = await fetch(`${running?.url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };
  const metrics = async () => (await fetch(`${running?.url}/metrics`)).text();
  const ready = () =>
    eventually(async () => (await get('/health/ready')).status === 200, { timeoutMs: 15_000 });

  it('serves its contexts, and says that it is alive, ready, and how much waits', async () => {
    await start();
    await ready();

    expect(await get('/api/v1/bells')).toEqual({ status: 200, body: { count: 0 } });
    expect((await get('/health/live')).status).toBe(200);
    const told = await metrics();
    expect(told).toContain('banyan_inbox_messages{context="bells"} 0');
    expect(told).toContain('banyan_inbox_awaiting_messages{context="bells"} 0');
    expect(told).toContain('banyan_inbox_awaiting_oldest_age_seconds{context="bells"} 0');

    // A timer of yesterday's code, which no subscription knows any more.
    const admin = new Database({ context: 'bells', url: server.url });
    await admin.connect();
    await admin.query(
      `INSERT INTO timers (type, key, id, due, attributes, data) VALUES ('bells.rung.v1', 'one', gen_random_uuid(), now(), '{}', '{}')`,
    );
    await admin.query(`SELECT pg_notify('banyan_bells', 'timers')`);
    await admin.close();
    await eventually(async () =>
      expect(await metrics()).toContain(
        'banyan_messages_unheard_total{context="bells",type="bells.rung.v1"} 1',
      ),
    );
  });

  it('starts while its database is away, says so, and works once it is there', async () => {
    const env = {
      DATABASE_URL: server.url.replace(server.name, `${server.name}_later`),
      BANYAN_PREPARE: '1',
    };
    await start({ env });

    const waiting = await eventually(async () => {
      const answer = await get('/health/ready');
      return JSON.stringify(answer).includes('does not exist') && answer;
    });
    expect(waiting.status).toBe(503);
    expect(await get('/api/v1/bells')).toMatchObject({
      status: 503,
      body: { code: 'http.database-unavailable' },
    });
    expect((await get('/health/live')).status).toBe(200);

    const admin = new Database({ context: 'public', url: server.url });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${server.name}_later`);
    await ready();
    await running?.stop();
    running = undefined;
    await admin.query(`DROP DATABASE ${server.name}_later WITH (FORCE)`);
    await admin.close();
  });

  it('only checks, and names what is missing, where preparing is not its task', async () => {
    await start({ env: { BANYAN_PREPARE: '0' } });

    // On a server that other databases share, the role may be there already.
    const unprepared =
      /the database lacks banyan-0001-message-tables.*db:prepare|The database of bells is unavailable/;
    const answer = await eventually(async () => {
      const { status, body } = await get('/health/ready');
      return unprepared.test(JSON.stringify(body)) && status;
    });

    expect(answer).toBe(503);
  });

  it('passes the HTTP of a context that left on to its place, and says 503 when nobody is there', async () => {
    let asked = 0;
    const place: Server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.endsWith('/busy')) response.writeHead(503, { 'retry-after': '1' });
      response.end(
        JSON.stringify({
          asked: request.url,
          times: ++asked,
          by: request.headers['x-who'],
          correlation: request.headers['x-correlation-id'],
        }),
      );
    });
    await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
    const { port } = place.address() as AddressInfo;
    const apart = {
      revision: 1,
      deployables: {
        monolith: { contexts: ['bells'], url: 'http://localhost:1' },
        'towers-service': { contexts: ['towers'], url: `http://127.0.0.1:${port}` },
      },
    };
    await start({ topology: apart, env: { RABBITMQ_URL: 'amqp://127.0.0.1:1' } });

    const there = await fetch(`${running?.url}/api/v1/towers/7?q=a%20b`, { headers: { 'x-who': 'me' } });
    expect(await there.json()).toEqual({
      asked: '/api/v1/towers/7?q=a%20b',
      times: 1,
      by: 'me',
      correlation: there.headers.get('x-correlation-id'),
    });
    expect(there.headers.get('x-correlation-id')).toBeTruthy();
    expect(await get('/api/v1/towers/busy')).toMatchObject({ status: 503, body: { times: 2 } });

    await new Promise((resolve) => place.close(resolve));
    place.closeAllConnections();
    expect(await get('/api/v1/towers/7')).toMatchObject({
      status: 503,
      body: { code: 'http.context-unavailable' },
    });
  });

  it('refuses in one sentence a port in use, a topology without it, and a broker it is not told of', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const second = (options: HostOptions) =>
      host('monolith', [BellsModule, TowersModule], {
        topology: together,
        map,
        logger: false,
        signals: false,
        port,
        env: { DATABASE_URL: server.url },
        ...options,
      });

    await expect(second({})).rejects.toThrow(`Port ${port} is in use by another program`);
    await expect(
      second({ topology: { revision: 1, deployables: { shop: together.deployables.monolith } } }),
    ).rejects.toThrow('it has no deployable monolith');
    await expect(
      second({
        topology: {
          revision: 1,
          deployables: {
            monolith: { contexts: ['bells'], url: 'http://localhost:1' },
            other: { contexts: ['towers'], url: 'http://localhost:2' },
          },
        },
      }),
    ).rejects.toThrow('set RABBITMQ_URL');
  });
});
