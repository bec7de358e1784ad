import { eventually, TcpProxy, testBroker } from '@banyan/testing';
import { BrokerConnection } from './broker-connection';
import { KeptChannel } from './kept-channel';

describe('A connection to the broker', () => {
  let url: string;
  let proxy: TcpProxy;
  let connection: BrokerConnection | undefined;

  beforeAll(async () => ({ url } = await testBroker([])));
  beforeEach(async () => {
    const { hostname: host, port } = new URL(url);
    proxy = await TcpProxy.to({ host, port: Number(port || 5672) });
  });
  afterEach(async () => {
    await connection?.close();
    await proxy.close();
  });

  const open = (to = proxy.through(url)): BrokerConnection => {
    connection = new BrokerConnection({ url: to, name: 'a test', heartbeatSeconds: 1 });
    connection.open();
    return connection;
  };

  it('refuses at once what is no URL of a broker', () => {
    expect(() => new BrokerConnection({ url: 'localhost:5672', name: 'a test' })).toThrow(TypeError);
  });

  it('names a wrong password without telling the right one, and keeps trying', async () => {
    const wrong = url.replace('guest:guest', 'guest:wrong');

    const { problem } = await eventually(() => {
      const opened = connection ?? open(wrong);
      return /ACCESS_REFUSED|closed/.test(opened.problem!) && opened;
    });

    expect(problem).not.toContain('wrong');
  });

  it('closes within seconds while the other side takes connections and says nothing', async () => {
    proxy.stall();
    const opened = open();
    await eventually(() => proxy.connections === 1);
    const since = performance.now();

    await opened.close();

    expect(performance.now() - since).toBeLessThan(4_000);
  });

  it('may be closed while it is connecting', async () => {
    const opened = open();

    await opened.close();

    expect(await opened.connected()).toBeUndefined();
    await eventually(() => proxy.connections === 0);
  });

  it('comes back however often it is cut, and its channels with it', async () => {
    let prepared = 0;
    const opened = open();
    const channel = new KeptChannel(opened, { prepare: async () => void (prepared += 1) });
    for (let time = 1; time <= 4; time += 1) {
      await eventually(() => channel.current !== undefined && prepared === time);
      proxy.drop();
      await eventually(() => channel.current === undefined);
    }
    await eventually(() => channel.problem === undefined);

    await channel.close();

    expect(opened.problem).toBeUndefined();
  });

  it('tries a channel again that could not be made useful, and says why there is none', async () => {
    let failing = true;
    const channel = new KeptChannel(open(), {
      prepare: async () => {
        if (failing) throw new Error('nothing to consume');
      },
    });

    await eventually(() => channel.problem === 'nothing to consume');
    failing = false;

    await eventually(() => channel.current !== undefined);
    await channel.close();
  });
});
