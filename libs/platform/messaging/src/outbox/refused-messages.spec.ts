import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { v7 as uuid } from 'uuid';
import { messageTables } from '../tables/message-tables';
import { OutboxRows, type WaitingRow } from './outbox-rows';
import { KeyOutOfOrder, RefusedMessages } from './refused-messages';

describe('A message that was refused for good', () => {
  let orders: ContextDatabase;
  let outbox: OutboxRows;
  let refused: RefusedMessages;
  let woken: number;

  beforeAll(async () => {
    orders = await contextDatabase({ name: 'orders', migrations: [messageTables] });
    outbox = new OutboxRows(orders.database);
    refused = new RefusedMessages(orders.database, () => void woken++);
  });
  beforeEach(() => (woken = 0));
  afterEach(async () => {
    for (const table of ['outbox', 'outbox_dead', 'event_log'])
      await orders.database.query(`DELETE FROM ${table}`);
  });
  afterAll(() => orders.drop());

  /** Publishes numbers of a key; resolves with their ids. */
  const publish = async (key: string, ...numbers: readonly number[]): Promise<string[]> => {
    const ids = numbers.map(() => uuid());
    for (const [index, n] of numbers.entries())
      await orders.database.query(
        `INSERT INTO outbox (id, type, key, attributes, data) VALUES ($1, 'orders.counted.v1', $2, '{}', $3)`,
        [ids[index], key, String(n)],
      );
    return ids;
  };
  const waiting = (): Promise<WaitingRow[]> => outbox.waiting(100, [], []);
  /** Has the transport refuse a waiting message once too often. */
  const refuse = async (id: string | undefined): Promise<void> => {
    const row = (await waiting()).find((each) => each.id === id) as WaitingRow;
    await outbox.refuse(row, 'too strange', 1);
  };
  const send = async (): Promise<void> => outbox.settle((await waiting()).map(({ seq }) => seq));
  const numbers = async (): Promise<string[]> => (await waiting()).map(({ key, data }) => `${key}${data}`);

  it('is listed with its reason, and so is what waited behind it', async () => {
    const [first, second] = await publish('a', 1, 2);
    await publish('b', 1);
    await refuse(first);

    expect(await refused.list()).toMatchObject([
      {
        id: first,
        type: 'orders.counted.v1',
        key: 'a',
        reason: 'too strange',
        data: '1',
        deadAt: expect.any(Date),
      },
      { id: second, key: 'a', reason: 'waited behind a message of its key that died' },
    ]);
  });

  it('is replayed with what waited behind it, ahead of what came later, and is refused anew before it dies', async () => {
    const [first] = await publish('a', 1, 2);
    await refuse(first);
    await publish('b', 1);

    await expect(refused.replay(first as string)).resolves.toBe(2);

    expect(await numbers()).toEqual(['a1', 'a2', 'b1']);
    expect((await waiting()).map(({ refusals }) => refusals)).toEqual([0, 0, 0]);
    expect(await refused.list()).toEqual([]);
    expect(woken).toBe(1);
  });

  it('can be discarded, and what waited behind it replayed', async () => {
    const [first, second] = (await publish('a', 1, 2)) as [string, string];
    await refuse(first);

    await expect(refused.replay(second)).rejects.toThrow(`still refused, and earlier: ${first}`);
    await expect(refused.discard(first)).resolves.toBe(true);
    await expect(refused.replay(second)).resolves.toBe(1);

    expect(await numbers()).toEqual(['a2']);
  });

  it.each(['was sent', 'waits, perhaps in flight,'])(
    'wants force when a later one of its key %s, and names it',
    async (state) => {
      const [first] = (await publish('a', 1)) as [string];
      await refuse(first);
      const [later] = await publish('a', 2);
      await publish('b', 1);
      if (state === 'was sent') await send();

      const refusal = await refused.replay(first).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(KeyOutOfOrder);
      expect(refusal).toMatchObject({ key: 'a', earlier: [], later: [later] });
      expect(woken).toBe(0);

      await expect(refused.replay(first, { force: true })).resolves.toBe(1);
      expect((await numbers())[0]).toBe('a1');
    },
  );

  it('that is not there can neither be replayed nor discarded', async () => {
    await expect(refused.replay(uuid())).resolves.toBe(0);
    await expect(refused.discard(uuid())).resolves.toBe(false);
    expect(woken).toBe(0);
  });
});
