import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { messageTables } from '../tables/message-tables';
import type { TransportMessage } from '../transport/transport';
import { Receiver } from './receiver';

const message = (type: string): TransportMessage => ({
  id: uuid(),
  type,
  publisher: 'orders',
  key: 'one',
  attributes: '{}',
  data: '{}',
});

describe('A message that arrives and that no subscription knows', () => {
  let inventory: ContextDatabase;
  let receiver: Receiver;
  const told: [type: string, count: number][] = [];
  const said: string[] = [];

  beforeAll(async () => {
    const mute = (): void => undefined;
    Logger.overrideLogger({ log: mute, error: mute, warn: (text: string) => void said.push(text) });
    inventory = await contextDatabase({ name: 'inventory', migrations: [messageTables] });
    await inventory.database.query(
      `INSERT INTO subscriptions (identity, type, grp, group_hash, name) VALUES ('reserve', 'orders.placed.v1', 'policies', 1, 'reserve')`,
    );
  });
  beforeEach(() => {
    told.length = said.length = 0;
    receiver = new Receiver(
      inventory.database,
      () => undefined,
      (type, count) => void told.push([type, count]),
    );
  });
  afterAll(() => inventory.drop());

  it('is counted by its type, said once, and kept for nobody; the others are stored', async () => {
    await receiver.store(['orders.placed.v1', 'orders.lost.v1', 'orders.lost.v1'].map(message));
    await receiver.store(['orders.lost.v1', 'orders.moved.v1'].map(message));

    expect(told).toEqual([
      ['orders.lost.v1', 2],
      ['orders.lost.v1', 1],
      ['orders.moved.v1', 1],
    ]);
    expect(said).toEqual([
      expect.stringMatching(/^inventory: .*orders\.lost\.v1/),
      expect.stringMatching(/^inventory: .*orders\.moved\.v1/),
    ]);
    const rows = await inventory.database.query('SELECT type FROM inbox');
    expect(rows).toEqual([{ type: 'orders.placed.v1' }]);
  });

  it('is told as "other" once fifty types were named, so that nobody can fill the metrics', async () => {
    const types = Array.from({ length: 60 }, (_, n) => `orders.made-up-${n}.v1`);

    await receiver.store(types.map(message));
    await receiver.store(types.map(message));

    expect(new Set(told.map(([type]) => type))).toEqual(new Set([...types.slice(0, 50), 'other']));
    expect(told.reduce((sum, [, count]) => sum + count, 0)).toBe(120);
    expect(said).toHaveLength(50);
  });
});
