import { contextDatabase, type ContextDatabase, eventually } from '@banyan/testing';
import { Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { messageTables } from '../tables/message-tables';
import type { Delivery, Receiving, Transport, TransportMessage } from '../transport/transport';
import { OutboxRows } from './outbox-rows';
import { Relay } from './relay';

const HELD: Delivery = { outcome: 'held' };

/** A transport that does with each message what it is told to, and remembers what was in flight together. */
class PlayedTransport implements Transport {
  readonly name = 'rabbitmq';
  readonly sent: string[] = [];
  readonly inFlight = new Set<string>();
  overlaps = 0;
  problem?: string;

  constructor(private readonly deliver: (message: TransportMessage) => Delivery | Promise<Delivery>) {}

  send(messages: readonly TransportMessage[]): Promise<Delivery[]> {
    const keys = new Set(messages.map(({ key }) => key));
    for (const key of keys) {
      if (this.inFlight.has(key)) this.overlaps++;
      this.inFlight.add(key);
    }
    return Promise.all(
      messages.map(async (message) => {
        this.sent.push(`${message.key}${message.data}`);
        return this.deliver(message);
      }),
    ).finally(() => keys.forEach((key) => this.inFlight.delete(key)));
  }

  whenReady = (): Promise<void> => (this.problem ? new Promise(() => undefined) : Promise.resolve());
  problems = (): string[] => (this.problem ? [this.problem] : []);
  open = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;
  receive = async (): Promise<Receiving> => ({ stop: async () => undefined });
}

describe('A relay', () => {
  let orders: ContextDatabase;
  let relay: Relay | undefined;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    orders = await contextDatabase({ name: 'orders', migrations: [messageTables] });
  });
  afterEach(async () => {
    await relay?.stop();
    for (const table of ['outbox', 'outbox_dead', 'outbox_owed', 'event_log'])
      await orders.database.query(`DELETE FROM ${table}`);
  });
  afterAll(() => orders.drop());

  const publish = async (...messages: readonly (readonly [key: string, n: number])[]) => {
    for (const [key, n] of messages)
      await orders.database.query(
        `INSERT INTO outbox (id, type, key, attributes, data) VALUES ($1, 'orders.counted.v1', $2, '{}', $3)`,
        [uuid(), key, String(n)],
      );
  };
  const rows = async (table: string) =>
    (
      await orders.database.query<{ key: string; data: string }>(
        `SELECT key, data FROM ${table} ORDER BY ${table === 'event_log' ? 'position' : 'seq'}`,
      )
    ).map(({ key, data }) => `${key}${data}`);
  const relaying = (transport: Transport, options = {}) => {
    relay = new Relay('orders', new OutboxRows(orders.database), transport, { pollMs: 50, ...options });
    relay.start();
    return relay;
  };
  const emptied = () =>
    eventually(async () => expect(await rows('outbox')).toEqual([]), { timeoutMs: 15_000 });

  it('gives up a message that was refused three times, and with it what of its key waits behind', async () => {
    const transport = new PlayedTransport(({ key, data }) => {
      if (key !== 'a') return HELD;
      return data === '1'
        ? { outcome: 'refused', reason: 'too strange' }
        : { outcome: 'unsent', reason: 'the one ahead of it was not held' };
    });
    await publish(['a', 1], ['b', 1], ['a', 2], ['b', 2]);

    relaying(transport);
    await emptied();

    expect(transport.sent.filter((each) => each === 'a1')).toHaveLength(3);
    expect(await rows('outbox_dead')).toEqual(['a1', 'a2']);
    expect(await rows('event_log')).toEqual(['b1', 'b2']);
    const reasons = await orders.database.query('SELECT reason FROM outbox_dead ORDER BY seq');
    expect(reasons).toEqual([
      { reason: 'too strange' },
      { reason: 'waited behind a message of its key that died' },
    ]);
  });

  it('sends again, in order, what nothing is known to hold, for as long as it takes', async () => {
    let attempts = 0;
    const transport = new PlayedTransport(() =>
      attempts++ < 12 ? { outcome: 'unsent', reason: 'the connection was lost' } : HELD,
    );
    await publish(['a', 1], ['a', 2], ['a', 3]);

    relaying(transport);
    await emptied();

    expect(await rows('event_log')).toEqual(['a1', 'a2', 'a3']);
    expect(await rows('outbox_dead')).toEqual([]);
  });

  it('never has two batches with the same key in flight, and several with different ones', async () => {
    let most = 0;
    const transport: PlayedTransport = new PlayedTransport(async () => {
      most = Math.max(most, transport.inFlight.size);
      await new Promise((resolve) => setTimeout(resolve, 10)); // as far as a broker
      return HELD;
    });
    for (let n = 0; n < 20; n++) await publish(['a', n], ['b', n], ['c', n]);

    relaying(transport, { batchSize: 2, overlap: 3 });
    await emptied();

    expect(transport.overlaps).toBe(0);
    expect(most).toBeGreaterThan(2);
    for (const key of ['a', 'b', 'c'])
      expect((await rows('event_log')).filter((each) => each.startsWith(key))).toEqual(
        Array.from({ length: 20 }, (_, n) => `${key}${n}`),
      );
  });

  it('sends nothing while its transport is not ready, and says why', async () => {
    const transport = new PlayedTransport(() => HELD);
    transport.problem = 'queue banyan.inventory is missing';
    await publish(['a', 1]);

    const waiting = relaying(transport);
    await eventually(() => waiting.problem === 'queue banyan.inventory is missing');
    expect(transport.sent).toEqual([]);
    transport.problem = undefined;
    await waiting.stop();
    waiting.start();
    await emptied();

    expect(waiting.problem).toBeUndefined();
  });
});
