import { eventually } from '@banyan/testing';
import { v7 as uuid } from 'uuid';
import type { TransportMessage } from '../../transport/transport';
import { Corner, fruit, Memory, range } from '../testing/corner';

describe('Receiving over RabbitMQ', () => {
  let corner: Corner;
  beforeEach(async () => (corner = await Corner.of()));
  afterEach(() => corner.close());

  const sent = async (numbers: readonly number[]): Promise<void> => {
    const transport = await corner.transport();
    await transport.whenReady();
    const deliveries = await transport.send(numbers.map((number) => fruit(number)));
    expect(new Set(deliveries.map(({ outcome }) => outcome))).toEqual(new Set(['held']));
  };

  it('hands over what was sent before anybody listened, in batches', async () => {
    await sent(range(0, 500));
    const transport = await corner.transport();
    const birds = new Memory();

    await transport.receive('birds', birds.store);

    await eventually(() => birds.messages.length === 500);
    expect(birds.numbers).toEqual(range(0, 500));
    expect(birds.batches.length).toBeLessThan(100);
    await eventually(async () => (await corner.unread('birds')) === 0);
  });

  it('keeps what cannot be stored, names the problem, and loses and reorders nothing', async () => {
    const transport = await corner.transport({ prefetch: 10 });
    const birds = new Memory();
    birds.failure = 'the database is away';
    await transport.receive('birds', birds.store);

    await sent(range(0, 50));
    await eventually(() => birds.failures >= 3);
    const problems = transport.problems();
    birds.failure = undefined;

    await eventually(() => birds.messages.length === 50);
    expect(birds.numbers).toEqual(range(0, 50));
    expect(problems).toEqual([
      `what came by queue ${corner.names.queueOf('birds')} cannot be stored: the database is away`,
    ]);
    expect(transport.problems()).toEqual([]);
  });

  it('gives back in order what it had in hand when it stops, so that the next consumer goes on from there', async () => {
    await sent(range(0, 100));
    const first = new Memory();
    const second = new Memory();
    let slow: (() => void) | undefined;
    const one = await corner.transport({ prefetch: 20 });
    const other = await corner.transport();
    const receiving = await one.receive('birds', async (messages) => {
      await new Promise<void>((resolve) => (slow = resolve));
      await first.store(messages);
    });
    await eventually(() => slow !== undefined);
    await other.receive('birds', second.store);

    const stopped = receiving.stop();
    slow!();
    await stopped;

    await eventually(() => first.messages.length + second.messages.length === 100);
    expect(first.numbers).toEqual(range(0, first.numbers.length));
    expect(second.numbers).toEqual(range(first.numbers.length, 100));
  });

  it('gives everything back at once when it stops while the store fails', async () => {
    await sent(range(0, 30));
    const first = new Memory();
    first.failure = 'the database is away';
    const second = new Memory();
    const one = await corner.transport({ prefetch: 20 });
    const other = await corner.transport();
    const receiving = await one.receive('birds', first.store);
    await eventually(() => first.failures >= 2);
    await other.receive('birds', second.store);

    await receiving.stop();

    await eventually(() => second.messages.length === 30);
    expect(second.numbers).toEqual(range(0, 30));
  });

  it('comes back by itself when its queue was deleted and declared again', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    await transport.receive('birds', birds.store);
    const queue = corner.names.queueOf('birds');
    await sent([1]);
    await eventually(() => birds.messages.length === 1);

    await corner.admin((channel) => channel.deleteQueue(queue));
    await eventually(() => transport.problems().some((problem) => problem.includes(`${queue} is not read`)));
    await corner.apply();
    await sent([2]);

    await eventually(() => birds.messages.length === 2);
    await eventually(() => transport.problems().length === 0);
    expect(birds.numbers).toEqual([1, 2]);
  });

  it('reads what programs in other languages publish', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    await transport.receive('birds', birds.store);
    const id = uuid();

    await corner.admin(async (channel) => {
      channel.publish(
        corner.names.exchange,
        'trees.fruit-ripened.v1',
        Buffer.from('{"number": 7, "name": "Äpfel"}'),
        {
          contentType: 'application/json; charset=utf-8',
          timestamp: 1_795_000_000,
          headers: {
            cloudEvents_specversion: '1.0',
            cloudEvents_id: id,
            cloudEvents_source: 'urn:example:/contexts/trees',
            cloudEvents_type: 'trees.fruit-ripened.v1',
            cloudEvents_partitionkey: 'fig',
            cloudEvents_colour: 'green',
            'x-other': 1,
          },
        },
      );
    });

    await eventually(() => birds.messages.length === 1);
    expect(birds.messages).toEqual<TransportMessage[]>([
      {
        id,
        type: 'trees.fruit-ripened.v1',
        publisher: 'trees',
        key: 'fig',
        attributes: JSON.stringify({
          specversion: '1.0',
          id,
          source: 'urn:example:/contexts/trees',
          type: 'trees.fruit-ripened.v1',
          time: '2026-11-18T11:06:40.000Z',
          datacontenttype: 'application/json',
          partitionkey: 'fig',
          correlationid: id,
          colour: 'green',
        }),
        data: '{"number": 7, "name": "Äpfel"}',
      },
    ]);
  });

  it('sets aside what cannot be read, and goes on', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    await transport.receive('birds', birds.store, birds.storeUnreadable);
    birds.failure = 'the database is away';
    const queue = corner.names.queueOf('birds');

    await sent([1]);
    await corner.admin(async (channel) =>
      channel.sendToQueue(queue, Buffer.from('hello'), { messageId: 'x' }),
    );
    await sent([2]);
    await eventually(() => birds.failures >= 2);
    birds.failure = undefined;

    await eventually(() => birds.messages.length === 2);
    expect(birds.numbers).toEqual([1, 2]);
    expect(birds.unreadable).toEqual([
      { reason: 'its id "x" is no uuid', body: 'hello', properties: expect.stringContaining(queue) },
    ]);
    await eventually(async () => (await corner.unread('birds')) === 0);
  });

  it('leaves what cannot be read to the broker’s dead letters where nobody wants it', async () => {
    const transport = await corner.transport();
    const birds = new Memory();
    await transport.receive('birds', birds.store);
    const queue = corner.names.queueOf('birds');

    await corner.admin(async (channel) => channel.sendToQueue(queue, Buffer.from('hello')));
    await sent([1]);

    await eventually(() => birds.messages.length === 1);
    await eventually(
      async () => (await corner.admin((channel) => channel.checkQueue(corner.names.dead))).messageCount === 1,
    );
    expect(birds.numbers).toEqual([1]);
  });
});
