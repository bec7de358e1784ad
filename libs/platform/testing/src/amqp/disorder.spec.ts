import { type Channel, type ChannelModel, type ConfirmChannel, connect, type ConsumeMessage } from 'amqplib';
import { eventually } from '../eventually';
import { TcpProxy } from '../tcp-proxy';
import { testBroker, type TestBroker } from '../test-broker';
import { AmqpDisorder } from './disorder';

const COUNT = 60;
const KEYS = ['fig', 'pear', 'plum'];

describe('A disorderly network to a broker', () => {
  let broker: TestBroker;
  let queue: string;
  let disorder: AmqpDisorder;
  let proxy: TcpProxy;
  let connection: ChannelModel;
  const troubles: unknown[] = [];

  beforeEach(async () => {
    broker = await testBroker(['birds']);
    queue = `${broker.prefix}.birds`;
    disorder = new AmqpDisorder();
    const { hostname: host, port } = new URL(broker.url);
    proxy = await TcpProxy.to({ host, port: Number(port || 5672) }, disorder.courier);
    connection = await connect(proxy.through(broker.url));
    connection.on('error', (error) => troubles.push(error));
  });
  afterEach(async () => {
    await connection.close();
    await proxy.close();
    await broker.drop();
    expect(troubles).toEqual([]);
  });

  const watched = <C extends Channel>(channel: C): C => channel.on('error', (error) => troubles.push(error));

  const publisher = async (): Promise<ConfirmChannel> => {
    const channel = watched(await connection.createConfirmChannel());
    await channel.assertQueue(queue, { durable: true });
    return channel;
  };

  /** Number n under one key after the other, all confirmed. */
  const publish = async (channel: ConfirmChannel): Promise<void> => {
    for (let n = 0; n < COUNT; n++)
      channel.sendToQueue(queue, Buffer.from(String(n)), {
        headers: { 'cloudEvents:source': '/trees', 'cloudEvents:partitionkey': KEYS[n % KEYS.length] },
      });
    await channel.waitForConfirms();
  };

  const consume = async (acts?: (message: ConsumeMessage, channel: Channel) => void) => {
    const numbers: number[] = [];
    const channel = watched(await connection.createChannel());
    await channel.consume(queue, (message) => {
      numbers.push(Number(message!.content));
      acts?.(message!, channel);
    });
    return { numbers, channel };
  };

  const ack = (message: ConsumeMessage, channel: Channel): void => channel.ack(message);
  const firstSeen = (numbers: number[]): number[] => [...new Set(numbers)];
  const ofKey = (numbers: number[], key: number): number[] => numbers.filter((n) => n % KEYS.length === key);
  const all = Array.from({ length: COUNT }, (_, n) => n);

  /** What nobody has acknowledged, once everybody has gone. */
  const left = async (...channels: Channel[]): Promise<number> => {
    for (const channel of channels) await channel.close();
    const channel = await connection.createChannel();
    const { messageCount } = await channel.checkQueue(queue);
    return messageCount;
  };

  it('is none until it begins', async () => {
    const confirming = await publisher();
    const { numbers, channel } = await consume(ack);

    await publish(confirming);

    await eventually(() => numbers.length === COUNT);
    expect(numbers).toEqual(all);
    expect(await left(channel)).toBe(0);
  });

  it('brings every delivery twice, which may be acknowledged twice', async () => {
    await publish(await publisher());

    disorder.begin({ doublesOneIn: 1 });
    const { numbers, channel } = await consume(ack);

    await eventually(() => numbers.length === 2 * COUNT);
    expect(disorder.doublings).toBe(COUNT);
    expect([...numbers].sort((a, b) => a - b)).toEqual(all.flatMap((n) => [n, n]));
    expect(firstSeen(numbers)).toEqual(all);
    // A copy that comes after others, of its key as well.
    expect(ofKey(numbers, 0)).not.toEqual([...ofKey(numbers, 0)].sort((a, b) => a - b));
    expect(await left(channel)).toBe(0);
  });

  it('lets deliveries change places, those of one key excepted, and loses none', async () => {
    await publish(await publisher());

    disorder.begin({ delaysOneIn: 3 });
    const { numbers, channel } = await consume(ack);

    await eventually(() => numbers.length === COUNT);
    expect(disorder.delays).toBeGreaterThan(0);
    expect(numbers).not.toEqual(all);
    expect([...numbers].sort((a, b) => a - b)).toEqual(all);
    KEYS.forEach((_, key) => expect(ofKey(numbers, key)).toEqual(ofKey(all, key)));
    expect(await left(channel)).toBe(0);
  });

  it('knows what is acknowledged together, and what was given back', async () => {
    await publish(await publisher());
    disorder.begin({ doublesOneIn: 2, delaysOneIn: 2 });
    const seen: ConsumeMessage[] = [];
    const { channel } = await consume((message) => seen.push(message));
    await eventually(() => firstSeen(seen.map(({ content }) => Number(content))).length === COUNT);
    const half = seen.slice(0, seen.length / 2).map(({ content }) => String(content));

    channel.ack(seen[half.length - 1]!, true);
    const refused = seen.find(({ content }) => !half.includes(String(content)))!;
    channel.reject(refused, false);

    expect(await left(channel)).toBe(COUNT - new Set(half).size - 1);
  });

  it('publishes twice what is confirmed once, and in another order', async () => {
    const channel = await publisher();

    disorder.begin({ doublesOneIn: 1, delaysOneIn: 3 });
    await publish(channel);
    await eventually(async () => (await channel.checkQueue(queue)).messageCount === 2 * COUNT);
    disorder.end();
    const { numbers, channel: consumer } = await consume(ack);

    await eventually(() => numbers.length === 2 * COUNT);
    expect(firstSeen(numbers)).not.toEqual(all);
    KEYS.forEach((_, key) => expect(ofKey(firstSeen(numbers), key)).toEqual(ofKey(all, key)));
    expect(await left(consumer)).toBe(0);
  });

  it('tells a publisher that its message, sent twice, found no queue', async () => {
    const channel = await publisher();
    const returned: string[] = [];
    channel.on('return', ({ content }) => returned.push(String(content)));

    disorder.begin({ doublesOneIn: 1 });
    channel.publish('', `${queue}.nowhere`, Buffer.from('lost'), { mandatory: true });
    await channel.waitForConfirms();

    await eventually(() => returned.length === 2);
    expect(returned).toEqual(['lost', 'lost']);
  });

  it('hands on what it holds back before a channel ends', async () => {
    const channel = await publisher();

    disorder.begin({ doublesOneIn: 1, delaysOneIn: 1 });
    channel.sendToQueue(queue, Buffer.from('last'));
    await channel.close();

    expect(await left()).toBe(2);
  });
});
