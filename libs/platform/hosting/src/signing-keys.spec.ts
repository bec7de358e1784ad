import { CurrentPerson, type Person } from '@banyan/auth';
import { contextContract, type MessageMap, SigningKeys } from '@banyan/contracts';
import { Answers } from '@banyan/messaging';
import {
  eventually,
  testBroker,
  type TestBroker,
  testDatabase,
  type TestDatabase,
  TestIssuer,
} from '@banyan/testing';
import { Controller, Get, Module } from '@nestjs/common';
import { v4 as uuid } from 'uuid';
import { ContextModule } from './context-module';
import { host, type Host } from './host';

const issuer = new TestIssuer();
const stranger = new TestIssuer();

@Controller()
class KeysTeller {
  @Answers(SigningKeys)
  tell() {
    return issuer.tell();
  }
}

@Module({
  imports: [ContextModule.of(contextContract('users', { requests: [SigningKeys] }))],
  controllers: [KeysTeller],
})
class UsersModule {}

@Controller('bells')
class BellsController {
  @Get()
  ring(@CurrentPerson() person: Person) {
    return { for: person.id };
  }
}

@Module({ imports: [ContextModule.of(contextContract('bells', {}))], controllers: [BellsController] })
class BellsModule {}

const nothing = { publishes: [], subscribes: {}, answers: [], asks: [] };
const map: MessageMap = { contexts: { users: { ...nothing, answers: [SigningKeys.type] }, bells: nothing } };
const monolith = { contexts: ['bells', 'users'], url: 'http://localhost:1' };
const together = { revision: 1, deployables: { monolith } };
const apart = {
  revision: 1,
  deployables: {
    monolith: { ...monolith, contexts: ['bells'] },
    'users-service': { ...monolith, contexts: ['users'] },
  },
};

describe('A deployable that verifies access tokens', () => {
  let server: TestDatabase;
  let broker: TestBroker | undefined;
  let hosts: Host[] = [];

  beforeEach(async () => (server = await testDatabase()));
  afterEach(async () => {
    await Promise.all(hosts.map((each) => each.stop()));
    hosts = [];
    await broker?.drop();
    broker = undefined;
    await server.drop();
  });

  const start = async (deployable: string, topology: typeof together | typeof apart) => {
    const env = {
      DATABASE_URL: server.url,
      BANYAN_PREPARE: '1',
      ...(broker && { RABBITMQ_URL: broker.url, RABBITMQ_PREFIX: broker.prefix }),
    };
    const options = { topology, map, env, port: 0, logger: false, signals: false } as const;
    const started = await host(deployable, [UsersModule, BellsModule], options);
    hosts.push(started);
    return started;
  };
  const ring = async ({ url }: Host, signer = issuer) => {
    const token = await signer.issue({ personId: uuid(), roles: ['customer'] });
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/api/v1/bells`, { headers })).status;
  };
  const becomes = (status: number, of: Host) =>
    eventually(async () => (await ring(of)) === status, { timeoutMs: 15_000, everyMs: 100 });

  it('asks the context that signs, in the same process, and needs nothing else', async () => {
    const monolith = await start('monolith', together);

    await becomes(200, monolith);
    expect(await ring(monolith, stranger)).toBe(401);
  });

  it('asks it over the broker, answers 503 until it is there, and remembers when it has gone', async () => {
    broker = await testBroker(['users', 'bells']);
    const monolith = await start('monolith', apart);
    expect(await ring(monolith)).toBe(503);

    const users = await start('users-service', apart);
    await becomes(200, monolith);
    await users.stop();

    expect(await ring(monolith)).toBe(200);
  });
});
