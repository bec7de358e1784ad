import { once } from 'node:events';
import { connect } from 'amqplib';
import { type PrivateBroker, privateBroker, testBroker } from './test-broker';

describe('A test broker', () => {
  it('is under a prefix of its own, whose names are gone when dropped', async () => {
    const [one, other] = [await testBroker(['orders']), await testBroker(['orders'])];
    const connection = await connect(one.url);
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.assertExchange(`${one.prefix}.events`, 'topic');
    await channel.assertQueue(`${one.prefix}.orders`);

    await one.drop();

    await expect(channel.checkQueue(`${one.prefix}.orders`)).rejects.toThrow('NOT_FOUND');
    expect(one.prefix).not.toEqual(other.prefix);
    await connection.close();
  });
});

describe('A private broker', () => {
  let broker: PrivateBroker;
  beforeAll(async () => {
    broker = await privateBroker();
  }, 90_000);
  afterAll(() => broker.leave());

  it('comes back with its data, at the same address, after a kill', async () => {
    const before = await connect(broker.url);
    before.on('error', () => undefined);
    const publisher = await before.createConfirmChannel();
    publisher.on('error', () => undefined);
    await publisher.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    publisher.sendToQueue('kept', Buffer.from('still here'), { persistent: true });
    await publisher.waitForConfirms();

    const closed = new Promise((resolve) => before.on('close', resolve));
    await broker.kill();
    await closed;
    await broker.start();

    const after = await connect(broker.url);
    const message = await (await after.createChannel()).get('kept');
    expect(message && message.content.toString()).toBe('still here');
    await after.close();
  }, 90_000);

  it('can be alarmed', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('any');
    const blocked = once(connection, 'blocked');

    await broker.ctl('set_vm_memory_high_watermark', '0');
    channel.sendToQueue('any', Buffer.from('too much'));

    await blocked;
    await broker.ctl('set_vm_memory_high_watermark', '0.4');
    await connection.close();
  }, 60_000);
});
