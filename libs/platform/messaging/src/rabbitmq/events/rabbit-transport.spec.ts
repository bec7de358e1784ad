import { eventually } from '@banyan/testing';
import { Corner, fruit, map, Memory, range } from '../testing/corner';

const held = { outcome: 'held' };

describe('Sending over RabbitMQ', () => {
  let corner: Corner;
  beforeEach(async () => (corner = await Corner.of()));
  afterEach(() => corner.close());

  it('reaches every subscriber, in the order given per key', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    const bees = new Memory();
    await transport.receive('birds', birds.store);
    await transport.receive('bees', bees.store);
    await transport.whenReady();
    const messages = range(0, 300).map((number) => fruit(number, `tree-${number % 3}`));

    const deliveries = await transport.send(messages);

    expect(deliveries).toEqual(messages.map(() => held));
    await eventually(() => birds.messages.length === 300 && bees.messages.length === 300);
    for (const { messages: taken } of [birds, bees])
      for (const key of ['tree-0', 'tree-1', 'tree-2'])
        expect(taken.filter((message) => message.key === key)).toEqual(
          messages.filter((message) => message.key === key),
        );
  });

  it('reaches nobody else when it is for one subscriber only', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    const bees = new Memory();
    await transport.receive('birds', birds.store);
    await transport.receive('bees', bees.store);
    await transport.whenReady();

    expect(await transport.send([fruit(1)], 'bees')).toEqual([held]);
    expect(await transport.send([fruit(2, 'fig', 'trees.twig-grew.v1')])).toEqual([held]);

    await eventually(() => bees.numbers.length === 1 && birds.numbers.length === 1);
    expect(bees.numbers).toEqual([1]);
    expect(birds.numbers).toEqual([2]);
  });

  it('holds what nobody subscribes to', async () => {
    const transport = await corner.transport();
    await transport.whenReady();

    expect(await transport.send([fruit(1, 'fig', 'trees.leaf-fell.v1')])).toEqual([held]);
  });

  it('says unsent, and why, before it is ready', async () => {
    const transport = await corner.transport();

    const [delivery] = await transport.send([fruit(1)]);

    expect(delivery).toEqual({ outcome: 'unsent', reason: expect.stringMatching(/not connected/) });
  });

  it('keeps overlapping sends apart and within the window', async () => {
    const transport = await corner.transport({ window: 10 });
    await transport.whenReady();
    const batch = (name: string) => range(0, 200).map((number) => fruit(number, `${name}-${number}`));

    const [one, two] = await Promise.all([transport.send(batch('one')), transport.send(batch('two'))]);

    expect([...one!, ...two!]).toEqual(range(0, 400).map(() => held));
    await eventually(async () => (await corner.depth('birds')) === 400);
  });

  it('refuses what the queue refuses, and holds back the rest of its key only', async () => {
    await corner.admin(async (channel) => {
      await channel.deleteQueue(corner.names.queueOf('birds'));
      await channel.assertQueue(corner.names.queueOf('birds'), {
        arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1, 'x-overflow': 'reject-publish' },
      });
    });
    const transport = await corner.transport();
    await transport.whenReady();
    // A quorum queue notices a little late that it is full.
    await eventually(async () => (await transport.send([fruit(0)], 'birds'))[0]!.outcome === 'refused');

    const deliveries = await transport.send([fruit(1), fruit(2)], 'birds');

    expect(deliveries).toEqual([
      { outcome: 'refused', reason: 'the broker refused it' },
      { outcome: 'unsent', reason: 'the one before it of its key was not held' },
    ]);
    expect(await transport.send([fruit(1)], 'bees')).toEqual([held]);
  });

  it('says unsent when no queue takes what somebody subscribes to', async () => {
    const transport = await corner.transport();
    await transport.whenReady();
    await corner.admin((channel) =>
      channel.unbindQueue(corner.names.queueOf('birds'), corner.names.exchange, 'trees.twig-grew.v1'),
    );

    const deliveries = await transport.send([fruit(1, 'fig', 'trees.twig-grew.v1'), fruit(2, 'pear')]);

    expect(deliveries).toEqual([{ outcome: 'unsent', reason: 'no queue takes trees.twig-grew.v1' }, held]);
  });

  it('refuses a message whose attributes fit into no frame, and goes on', async () => {
    const transport = await corner.transport();
    await transport.whenReady();
    const huge = { ...fruit(1), attributes: JSON.stringify({ id: 'x', big: 'x'.repeat(200_000) }) };

    const deliveries = await transport.send([huge, fruit(2, 'pear')]);

    expect(deliveries).toEqual([{ outcome: 'refused', reason: expect.any(String) }, held]);
  });

  it('names a missing queue, sends nothing that it would miss, and heals by itself', async () => {
    const transport = await corner.transport();
    await transport.whenReady();
    const queue = corner.names.queueOf('bees');

    await corner.admin((channel) => channel.deleteQueue(queue));
    await eventually(() => transport.problems().includes(`queue ${queue} is missing`));
    const ready = transport.whenReady();
    const missed = await transport.send([fruit(1), fruit(2, 'fig', 'trees.twig-grew.v1')]);
    await corner.apply();
    await ready;

    expect(missed[0]).toEqual({ outcome: 'unsent', reason: `queue ${queue} is missing` });
    expect(transport.problems()).toEqual([]);
    expect(await transport.send([fruit(3)])).toEqual([held]);
  });

  it('names a missing exchange, loses nothing over it, and heals by itself', async () => {
    const transport = await corner.transport();
    await transport.whenReady();

    await corner.admin((channel) => channel.deleteExchange(corner.names.exchange));
    const [delivery] = await transport.send([fruit(1)]);
    await eventually(() => transport.problems().includes(`exchange ${corner.names.exchange} is missing`));
    await corner.apply();
    await transport.whenReady();

    expect(delivery!.outcome).toBe('unsent');
    expect(await transport.send([fruit(1)])).toEqual([held]);
  });

  it('rejects waiting only after it was closed', async () => {
    const bare = await Corner.bare();
    const transport = await bare.transport();
    const ready = transport.whenReady();
    const settled = expect(ready).rejects.toThrow('the transport is closed');

    await transport.close();

    await settled;
    await expect(transport.whenReady()).rejects.toThrow('the transport is closed');
    expect((await transport.send([fruit(1)]))[0]!.outcome).toBe('unsent');
    await bare.close();
  });

  it('tells how much waits in each queue', async () => {
    const transport = await corner.transport();
    await transport.whenReady();
    await transport.send([fruit(1), fruit(2)]);

    await eventually(() => transport.depths().get('birds') === 2);

    expect([...transport.depths().keys()]).toEqual(['bees', 'birds']);
    expect(Object.keys(map.contexts)).toContain('trees');
  });
});
