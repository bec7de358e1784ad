import { eventually, privateBroker, type PrivateBroker } from '@banyan/testing';
import { RabbitRequests } from '../requests/rabbit-requests';
import { Corner, fruit, map, Memory } from '../testing/corner';
import { applyTopology, checkTopology, depths } from './apply-topology';
import { grant, permissionsOf } from './permissions';
import { BrokerRefusal } from './with-channel';

describe('Applying the topology of a broker', () => {
  let corner: Corner;
  beforeEach(async () => (corner = await Corner.bare()));
  afterEach(() => corner.close());

  const where = () => ({ url: corner.url, prefix: corner.prefix, map });

  it('declares what checking named as missing, and does no harm the second time', async () => {
    const before = await checkTopology(where());

    const report = await corner.apply();
    const again = await corner.apply();

    const { exchange, dead, queueOf } = corner.names;
    expect(before).toEqual([
      `exchange ${exchange}`,
      `exchange ${dead}`,
      ...[dead, ...['trees', 'birds', 'bees'].map(queueOf)].map((queue) => `queue ${queue}`),
    ]);
    expect(await checkTopology(where())).toEqual([]);
    expect(report).toEqual(again);
    expect(report[1]).toBe(`queue ${queueOf('birds')}: trees.fruit-ripened.v1, trees.twig-grew.v1`);
  });

  it('unbinds what is no longer subscribed to only when told', async () => {
    await corner.apply();
    const { trees, birds } = map.contexts;
    const fewer = {
      contexts: { trees: trees!, birds: { ...birds!, subscribes: { nest: ['trees.twig-grew.v1'] } } },
    };
    const transport = await corner.transport();
    await transport.whenReady();

    await applyTopology({ ...where(), map: fewer });
    await transport.send([fruit(1)]);
    await applyTopology({ ...where(), map: fewer, prune: true });
    await transport.send([fruit(2), fruit(3, 'fig', 'trees.twig-grew.v1')]);

    expect(await depths({ ...where(), contexts: ['birds', 'bees', 'wasps'] })).toEqual(
      new Map([
        ['birds', 2],
        ['bees', 2],
      ]),
    );
  });

  it('says which queue stands in the way with other arguments', async () => {
    const queue = corner.names.queueOf('birds');
    await corner.admin((channel) => channel.assertQueue(queue));

    await expect(corner.apply()).rejects.toThrow(`queue ${queue} is there with other arguments`);
  });

  it('says in one sentence that there is no broker', async () => {
    await expect(applyTopology({ url: 'amqp://127.0.0.1:1', map })).rejects.toThrow(
      /^No connection to the broker at 127\.0\.0\.1:1: .*ECONNREFUSED/,
    );
    await expect(applyTopology({ url: 'http://127.0.0.1', map })).rejects.toThrow(
      'The broker URL must look like',
    );
  });
});

describe('The rights of a deployable on the broker', () => {
  let broker: PrivateBroker;
  let corner: Corner;
  beforeAll(async () => {
    broker = await privateBroker();
    corner = await Corner.of(broker.url);
  }, 60_000);
  afterAll(async () => {
    await corner?.close();
    await broker?.leave();
  }, 30_000);

  it('are enough for its own contexts, and for nothing else', async () => {
    const permissions = permissionsOf({ name: 'grove', contexts: ['trees', 'birds'], prefix: corner.prefix });
    await broker.ctl('add_user', 'grove', 'secret');
    await broker.ctl(...grant(permissions));
    const url = corner.url.replace('guest:guest', 'grove:secret');

    const transport = await corner.transport({ url });
    const birds = new Memory();
    await transport.receive('birds', birds.store);
    await transport.whenReady();
    await transport.send([fruit(1)]);
    await transport.send([fruit(2)], 'bees');
    await eventually(() => birds.messages.length === 1);

    const requests = new RabbitRequests({ url, prefix: corner.prefix });
    await requests.open();
    await requests.serve('trees', async ({ data }) => ({ ok: true, data }));
    await eventually(() => requests.problems().length === 0);
    const answer = await requests.ask('trees', { type: 'trees.count.v1', data: '1' }, 5_000);
    await requests.close();

    expect(answer).toEqual({ ok: true, data: '1' });
    expect(transport.problems()).toEqual([]);
    await transport.receive('bees', new Memory().store);
    await eventually(() => transport.problems().some((problem) => /ACCESS_REFUSED/.test(problem)));
    await expect(applyTopology({ url, prefix: corner.prefix, map })).rejects.toThrow(BrokerRefusal);
  }, 60_000);
});
