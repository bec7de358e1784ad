import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpDisorder, eventually, privateBroker, type PrivateBroker, TcpProxy } from '@banyan/testing';
import type { Delivery } from '../../transport/transport';
import type { RabbitTransport } from './rabbit-transport';
import { Corner, fruit, Memory, range } from '../testing/corner';

jest.setTimeout(120_000);

/** Sends numbers from 0 on, one key, each batch again until it is held, as a relay does; stops when told. */
class Sender {
  sent = 0;
  troubles = 0;
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(private readonly transport: RabbitTransport) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    let batch = this.next();
    while (!this.stopping || batch.length > 0) {
      await this.transport.whenReady();
      const deliveries: Delivery[] = await this.transport.send(batch);
      const failed = deliveries.findIndex(({ outcome }) => outcome !== 'held');
      if (failed === -1) batch = this.stopping ? [] : this.next();
      else {
        this.troubles += 1;
        expect(deliveries.slice(failed).every(({ outcome }) => outcome === 'unsent')).toBe(true);
        batch = batch.slice(failed);
        await sleep(20);
      }
    }
  }

  private next = () => range(this.sent, (this.sent += 20)).map((number) => fruit(number));
}

/** Duplicates are fine, and known by their id; what is new must come in order. */
const allInOrder = async (memory: Memory, sender: Sender): Promise<void> => {
  await eventually(() => memory.firstSeen.length === sender.sent, { timeoutMs: 30_000 });
  expect(memory.firstSeen).toEqual(range(0, sender.sent));
};

describe('A network that fails between us and the broker', () => {
  let corner: Corner;
  let disorder: AmqpDisorder;
  let proxy: TcpProxy;
  let transport: RabbitTransport;
  let birds: Memory;
  let sender: Sender;

  beforeEach(async () => {
    corner = await Corner.of();
    disorder = new AmqpDisorder();
    const { hostname: host, port } = new URL(corner.url);
    proxy = await TcpProxy.to({ host, port: Number(port || 5672) }, disorder.courier);
    transport = await corner.transport({ url: proxy.through(corner.url) });
    birds = new Memory();
    await transport.receive('birds', birds.store);
    sender = new Sender(transport);
    await eventually(() => birds.messages.length > 100);
  });
  afterEach(async () => {
    await corner.close();
    await proxy.close();
  });

  it('loses and reorders nothing when connections are cut again and again', async () => {
    for (const pauseMs of [5, 50, 200, 400]) {
      proxy.drop();
      await sleep(pauseMs);
    }
    proxy.cut();
    await eventually(() => transport.problems().some((problem) => /broker/.test(problem)));
    await sleep(300);
    proxy.resume();
    await transport.whenReady();
    await sleep(200);

    await sender.stop();

    await allInOrder(birds, sender);
    await eventually(() => transport.problems().length === 0);
  });

  it('notices in seconds that a connection is half open, and goes on when it is not', async () => {
    const since = performance.now();

    proxy.stall();
    await eventually(() => transport.problems().some((problem) => /lost the broker/.test(problem)), {
      timeoutMs: 10_000,
    });
    const noticedAfterMs = performance.now() - since;
    proxy.resume();
    await transport.whenReady();
    await sender.stop();

    expect(noticedAfterMs).toBeLessThan(5_000);
    await allInOrder(birds, sender);
  });

  it('has a batch that is not confirmed in time sent again, and still knows the rest', async () => {
    await sender.stop();
    const impatient = await corner.transport({
      url: proxy.through(corner.url),
      confirmWithinMs: 200,
      heartbeatSeconds: 30,
    });
    await impatient.whenReady();

    proxy.stall();
    const stalled = await impatient.send([fruit(1, 'fig'), fruit(2, 'fig'), fruit(3, 'pear')], 'bees');
    proxy.resume();
    await impatient.whenReady();
    const again = await impatient.send([fruit(1, 'fig')], 'bees');

    expect(stalled.map(({ outcome }) => outcome)).toEqual(['unsent', 'unsent', 'unsent']);
    expect(again).toEqual([{ outcome: 'held' }]);
  });

  it('doubles and delays messages both ways, without an error, and what is new stays in order', async () => {
    disorder.begin({ doublesOneIn: 2, delaysOneIn: 4 });
    const others = await corner.transport({ url: proxy.through(corner.url) });
    await others.whenReady();
    const deliveries = await others.send(range(0, 200).map((number) => fruit(number, `pear ${number % 20}`)));
    await eventually(() => sender.sent > 200);
    disorder.end();
    await sender.stop();

    const fresh = await eventually(() => {
      const byId = [...new Map(birds.messages.map((message) => [message.id, message])).values()];
      return byId.length === sender.sent + 200 && byId;
    });
    expect(deliveries).toEqual(range(0, 200).map(() => ({ outcome: 'held' })));
    expect([disorder.doublings > 100, disorder.delays > 25]).toEqual([true, true]);
    const numbersOf = (key: string) =>
      fresh.filter((message) => message.key === key).map(({ data }) => JSON.parse(data).number);
    expect(birds.messages.length).toBeGreaterThan(fresh.length);
    expect(numbersOf('fig')).toEqual(range(0, sender.sent));
    for (const rest of range(0, 20))
      expect(numbersOf(`pear ${rest}`)).toEqual(range(0, 10).map((n) => n * 20 + rest));
    expect([sender.troubles, transport.problems(), others.problems()]).toEqual([0, [], []]);

    // Copies may still be on their way. A last message of each sender comes after them, and is read after them.
    await eventually(() => !disorder.holdsBack);
    const last = [fruit(0, 'last of one'), fruit(0, 'last of the other')] as const;
    await Promise.all([transport.send([last[0]]), others.send([last[1]])]);
    await eventually(() => last.every(({ id }) => birds.messages.some((message) => message.id === id)));
    expect(await corner.unread('birds')).toBe(0);
  });

  it('closes promptly while nothing passes', async () => {
    const stopping = sender.stop().catch(() => undefined);
    proxy.stall();
    const since = performance.now();

    await transport.close();

    expect(performance.now() - since).toBeLessThan(8_000);
    await stopping;
  });
});

describe('A broker that', () => {
  let broker: PrivateBroker;
  let corner: Corner;
  let transport: RabbitTransport;
  let birds: Memory;
  let sender: Sender;

  beforeAll(async () => (broker = await privateBroker()));
  afterAll(() => broker?.leave());
  beforeEach(async () => {
    corner = await Corner.of(broker.url);
    transport = await corner.transport();
    birds = new Memory();
    await transport.receive('birds', birds.store);
    sender = new Sender(transport);
    await eventually(() => birds.messages.length > 100);
  });
  afterEach(() => corner.close());

  it('closes all connections is found again, with nothing lost or reordered', async () => {
    for (let time = 0; time < 2; time += 1) {
      await broker.ctl('close_all_connections', 'a test');
      await transport.whenReady();
    }
    await sleep(200);

    await sender.stop();

    expect(sender.troubles).toBeGreaterThan(0);
    await allInOrder(birds, sender);
  });

  it('runs out of memory takes nothing, is named for it, and still hands out what it has', async () => {
    const bees = new Memory();
    await eventually(async () => (await corner.depth('bees')) > 500, { timeoutMs: 30_000 });

    await broker.ctl('set_vm_memory_high_watermark', '0');
    await eventually(() =>
      transport.problems().some((problem) => /takes no messages: .*memory/.test(problem)),
    );
    const sentBefore = sender.sent;
    await transport.receive('bees', bees.store);
    await eventually(() => bees.messages.length > 500);
    const sentMeanwhile = sender.sent - sentBefore;
    await broker.ctl('set_vm_memory_high_watermark', '0.6');
    await transport.whenReady();
    await eventually(() => sender.sent > sentBefore + 100);
    await sender.stop();

    expect(sentMeanwhile).toBeLessThanOrEqual(20);
    await allInOrder(birds, sender);
    await allInOrder(bees, sender);
  });

  it('takes nothing for longer than a message may wait is given up on, and taken up again', async () => {
    await sender.stop();
    const impatient = await corner.transport({ confirmWithinMs: 500 });
    await impatient.whenReady();

    await broker.ctl('set_vm_memory_high_watermark', '0');
    const [first] = await impatient.send([fruit(1, 'impatient')], 'bees');
    const [second] = await impatient.send([fruit(2, 'impatient')], 'bees');
    await broker.ctl('set_vm_memory_high_watermark', '0.6');
    await impatient.whenReady();
    const [third] = await impatient.send([fruit(3, 'impatient')], 'bees');

    expect([first, second]).toEqual([
      { outcome: 'unsent', reason: expect.stringMatching(/takes no messages/) },
      { outcome: 'unsent', reason: expect.stringMatching(/takes no messages/) },
    ]);
    expect(third).toEqual({ outcome: 'held' });
  });

  it('is killed and started again under load loses and reorders nothing', async () => {
    await broker.kill();
    await eventually(() => transport.problems().length > 0);
    await sleep(500);
    await broker.start();
    await transport.whenReady();
    await sleep(500);

    await sender.stop();

    await allInOrder(birds, sender);
    expect(transport.problems()).toEqual([]);
  });
});
