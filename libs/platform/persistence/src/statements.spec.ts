import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { Client } from 'pg';
import { together } from './statements';

describe('Statements that travel together', () => {
  let orders: ContextDatabase;
  let client: Client;

  beforeAll(async () => {
    orders = await contextDatabase({
      name: 'orders',
      migrations: [
        { name: '0001', up: (query) => query('CREATE TABLE things (id int PRIMARY KEY, name text)') },
      ],
    });
    client = await orders.database.session('test');
  });
  afterAll(async () => {
    await client.end();
    await orders.drop();
  });

  const add = (id: number, name = 'thing') => ({
    name: 'add',
    text: 'INSERT INTO things VALUES ($1, $2) RETURNING id',
    parameters: [id, name],
  });
  const names = async () =>
    (await client.query('SELECT name FROM things ORDER BY id')).rows.map(({ name }) => name as string);

  it('give a result each, and carry any text', async () => {
    const nasty = `'; DROP TABLE things; -- \\ $1 "`;

    const [begun, added, committed] = await together(client, 'BEGIN', add(1, nasty), 'COMMIT');

    expect([begun?.command, added?.rows, committed?.command]).toEqual(['BEGIN', [{ id: 1 }], 'COMMIT']);
    expect(await names()).toEqual([nasty]);
  });

  it('leave a connection usable when one fails on its first use, before and after it was prepared', async () => {
    const broken = { name: 'broken', text: 'INSERT INTO nowhere VALUES ($1)', parameters: [1] };
    const twice = { ...add(1), name: 'twice' };

    await expect(together(client, 'BEGIN', broken, 'COMMIT')).rejects.toThrow('nowhere');
    await client.query('ROLLBACK');
    await expect(together(client, 'BEGIN', twice, 'COMMIT')).rejects.toThrow('duplicate key');
    await client.query('ROLLBACK');

    const [, added] = await together(client, 'BEGIN', { ...add(2), name: 'twice' }, 'COMMIT');
    expect(added?.rows).toEqual([{ id: 2 }]);
  });
});
