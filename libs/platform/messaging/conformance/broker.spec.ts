import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, privateBroker, type PrivateBroker, TcpProxy } from '@banyan/testing';
import { connect } from 'amqplib';
import { v7 as uuid } from 'uuid';
import { applyTopology, rabbitNames } from '../src/rabbitmq';
import { Chance, seed } from './children/chance';
import { Fleet, storyMap } from './children/fleet';
import { Counted } from './children/story';

const LOAD = { keys: ['a', 'b', 'c', 'd', 'e', 'f'], writers: 2, pauseMs: 40, limit: 1e9 };
const PREFIX = 'banyan';
const names = rabbitNames(PREFIX);
const ORDERS = 0;

/*
 * What a broker can do to processes under load: orders in one, the other contexts in two more that share their inboxes.
 * All of them are the same processes from the first clause to the last.
 */
describe('A broker under load that', () => {
  let broker: PrivateBroker;
  let proxy: TcpProxy;
  let fleet: Fleet;

  beforeAll(async () => {
    broker = await privateBroker();
    proxy = await TcpProxy.to({ host: '127.0.0.1', port: Number(new URL(broker.url).port) });
    fleet = await Fleet.prepare({
      transport: 'rabbitmq',
      broker: { url: proxy.through(broker.url), prefix: PREFIX },
      seed,
    });
    const transport = {
      ...fleet.transport,
      options: { heartbeatSeconds: 1, watchEveryMs: 500 },
    } as typeof fleet.transport;
    await Promise.all([
      fleet.start(ORDERS, { here: ['orders'], deployable: 'orders', transport }),
      fleet.start(1, { here: ['inventory', 'shipping'], deployable: 'monolith', transport }),
      fleet.start(2, { here: ['inventory', 'shipping'], deployable: 'monolith', transport }),
    ]);
  }, 120_000);
  afterAll(async () => {
    await fleet?.end();
    await proxy?.close();
    await broker?.leave();
  }, 60_000);
  beforeEach(() => fleet.tell({ do: 'count', ...LOAD }));
  afterEach(() => {
    // Nothing that goes away takes a process with it.
    const ended = fleet.members.filter((member) => member?.ending);
    if (ended.length > 0) throw new Error(`A child ended: ${fleet.stories()}`);
  });

  const handled = async (): Promise<number> => {
    const { inventory, shipping } = await fleet.acted();
    return inventory + shipping;
  };

  /** Reactions per second, over one. */
  const rate = async (): Promise<number> => {
    const [before, since] = [await handled(), performance.now()];
    await sleep(1_000);
    return ((await handled()) - before) / ((performance.now() - since) / 1_000);
  };

  const flowing = async (): Promise<void> => {
    const before = await handled();
    await eventually(
      async () => {
        if ((await handled()) > before + 60) return;
        throw new Error(`Nothing flows: ${JSON.stringify(await fleet.left())}; ${fleet.stories()}`);
      },
      { timeoutMs: 60_000, everyMs: 50 },
    );
  };

  const named = (member: number, problem: RegExp): Promise<unknown> =>
    eventually(() => fleet.members[member]?.problems.some((each) => problem.test(each)) === true, {
      timeoutMs: 30_000,
      everyMs: 50,
    }).catch(() => {
      throw new Error(`Not named: ${problem}; but ${JSON.stringify(fleet.members[member]?.problems)}`);
    });

  const healed = (): Promise<unknown> =>
    eventually(() => fleet.members.every((member) => member?.problems.length === 0), {
      timeoutMs: 40_000,
      everyMs: 50,
    }).catch(() => {
      throw new Error(`Not healed: ${fleet.stories()}`);
    });

  /** Comes to rest, with everything handled once. */
  const judged = async (allowed = /^$/): Promise<void> => {
    await fleet.rest();
    await fleet.quiet(60_000);
    const { counts, effects, violations } = await fleet.judge();
    expect(violations.filter((violation) => !allowed.test(violation))).toEqual([]);
    expect(effects).toBe(counts * 6);
  };

  /** Trouble, and what becomes of the rate when it is over and the backlog worked off. */
  const through = async (what: string, trouble: () => Promise<void>): Promise<void> => {
    await flowing();
    const before = await rate();
    await trouble();
    await healed();
    await eventually(async () => (await fleet.backlog()) < 50, { timeoutMs: 60_000, everyMs: 100 });
    let after = 0;
    for (let tries = 0; tries < 5 && after < 0.98 * before; tries++) after = Math.max(after, await rate());
    console.log(
      `${what}: ${before.toFixed(0)}/s before, ${after.toFixed(0)}/s after, ratio ${(after / before).toFixed(2)}`,
    );
    expect(after / before).toBeGreaterThan(0.5);
    await judged();
  };

  it('is killed and started again loses nothing, and all is as fast as before', async () => {
    await through('killed', async () => {
      await broker.kill();
      await named(ORDERS, /broker at 127\.0\.0\.1/);
      await broker.start();
    });
  }, 240_000);

  it('is cut off, again and again, is found again', async () => {
    const chance = new Chance(seed);
    await through('cut off', async () => {
      for (let cut = 0; cut < 3; cut++) {
        proxy.cut();
        await sleep(chance.between(50, 500));
        proxy.resume();
        await sleep(chance.between(50, 800));
      }
      proxy.drop();
    });
  }, 180_000);

  it('stays connected and says nothing more is given up within seconds', async () => {
    await through('half open', async () => {
      proxy.stall();
      await named(ORDERS, /broker at 127\.0\.0\.1/);
      proxy.resume();
    });
  }, 180_000);

  it.each([
    ['memory', ['set_vm_memory_high_watermark', '0'], ['set_vm_memory_high_watermark', '0.4']],
    ['disk', ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']],
  ])(
    'runs out of %s takes nothing, is named for it, and still hands out what it holds',
    async (what, alarm, calm) => {
      await flowing();
      // A backlog at the broker, because nobody takes it off.
      await Promise.all([1, 2].map((index) => fleet.members[index]?.kill()));
      await eventually(async () => (await depth('inventory')) > 20, { timeoutMs: 30_000 });
      await broker.ctl(...alarm);
      await named(ORDERS, new RegExp(`takes no messages.*${what}`, 'i'));
      const held = await depth('inventory');

      void fleet.mend();
      await eventually(async () => (await depth('inventory')) === 0, { timeoutMs: 60_000 });
      expect(held).toBeGreaterThan(20);
      expect(await publishing()).toBe(0);

      await broker.ctl(...calm);
      await fleet.mend();
      await healed();
      await judged();
    },
    240_000,
  );

  it('hands out what is no message of ours goes on; it is kept where one can look at it', async () => {
    await flowing();
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    const attributes = (type: string) => ({
      contentType: 'application/json',
      headers: {
        'cloudEvents:specversion': '1.0',
        'cloudEvents:id': uuid(),
        'cloudEvents:source': '/orders',
        'cloudEvents:type': type,
      },
    });
    const queue = names.queueOf('inventory');
    channel.sendToQueue(queue, Buffer.from([0xff, 0xfe, 0x00]));
    channel.sendToQueue(queue, Buffer.from('{'), attributes(Counted.type));
    channel.sendToQueue(queue, Buffer.from(`"${'x'.repeat(1_200_000)}"`), attributes(Counted.type));
    channel.sendToQueue(queue, Buffer.from('{}'), attributes('orders.never-heard-of.v9'));
    channel.sendToQueue(queue, Buffer.from('{"orderId":7}'), attributes(Counted.type));
    await channel.waitForConfirms();
    await connection.close();

    await eventually(
      async () => {
        const { rows } = await fleet.client.query<{ reason: string }>(
          'SELECT reason FROM inventory.inbox_unreadable ORDER BY seq',
        );
        expect(rows.map(({ reason }) => reason)).toEqual([
          expect.stringMatching(/no id/),
          expect.stringMatching(/no JSON/),
          expect.stringMatching(/weighs 1200002 bytes/),
        ]);
        const dead = await fleet.client.query<{ subscription: string; error: string }>(
          'SELECT subscription, error FROM inventory.inbox_dead ORDER BY 1',
        );
        expect(dead.rows).toEqual(
          ['reserve', 'watch'].map((subscription) => ({
            subscription,
            error: expect.stringMatching(/orderId/),
          })),
        );
      },
      { timeoutMs: 30_000 },
    );
    await judged();
  }, 120_000);

  it('lost its exchange is named for it, and nothing is lost once that is declared again', async () => {
    await flowing();
    await onBroker((channel) => channel.deleteExchange(names.exchange));
    await named(ORDERS, /exchange banyan\.events is missing/);
    await applyTopology({ url: broker.url, prefix: PREFIX, map: storyMap() });
    await healed();
    await judged();
  }, 120_000);

  it('lost a queue and what waited in it is named for it, and is healed by declaring and republishing', async () => {
    await flowing();
    // Some of it is lost for certain: it waits in the queue while nobody takes it.
    await Promise.all([1, 2].map((index) => fleet.members[index]?.kill()));
    await eventually(async () => (await depth('inventory')) > 10, { timeoutMs: 30_000 });
    await onBroker((channel) => channel.deleteQueue(names.queueOf('inventory')));
    await named(ORDERS, /queue banyan\.inventory is missing/);
    void fleet.mend();
    await applyTopology({ url: broker.url, prefix: PREFIX, map: storyMap() });
    await fleet.mend();
    await healed();
    await fleet.rest();
    expect(Object.keys(await fleet.left())).toContain('from orders to inventory');

    expect(await fleet.members[ORDERS]?.republish('orders', 'inventory')).toBeGreaterThan(10);

    // What was lost comes after what was not: for that alone no order is promised.
    await judged(/ after /);
  }, 120_000);

  async function depth(context: string): Promise<number> {
    const { messageCount } = await onBroker((channel) => channel.checkQueue(names.queueOf(context)));
    return messageCount;
  }

  /** Events that orders has handed over within half a second. */
  async function publishing(): Promise<number> {
    const logged = async (): Promise<number> =>
      (await fleet.client.query<{ n: number }>('SELECT count(*)::int AS n FROM orders.event_log')).rows[0]
        ?.n ?? 0;
    const before = await logged();
    await sleep(500);
    return (await logged()) - before;
  }

  async function onBroker<T>(work: (channel: import('amqplib').Channel) => Promise<T>): Promise<T> {
    const connection = await connect(broker.url);
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }
});
