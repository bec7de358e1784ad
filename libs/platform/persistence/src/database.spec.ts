import { SeamMisuse } from '@banyan/contracts';
import { contextDatabase, type ContextDatabase, eventually } from '@banyan/testing';
import { EntitySchema } from 'typeorm';
import { DatabaseUnavailable } from './unavailable';
import { Database } from './database';
import { assertNoTransaction, withoutTransactions } from './transaction';

interface Thing {
  id: number;
  name: string;
}
const ThingTable = new EntitySchema<Thing>({
  name: 'thing',
  tableName: 'things',
  columns: { id: { type: 'int', primary: true }, name: { type: 'text' } },
});

describe('The ambient transaction', () => {
  let orders: ContextDatabase;
  let database: Database;

  beforeAll(async () => {
    orders = await contextDatabase({
      name: 'orders',
      tables: [ThingTable],
      migrations: [
        { name: '0001-things', up: (query) => query('CREATE TABLE things (id int PRIMARY KEY, name text)') },
      ],
    });
    database = orders.database;
  });
  beforeEach(() => database.query('DELETE FROM things'));
  afterAll(() => orders.drop());

  const add = (id: number, name = 'thing') =>
    database.query('INSERT INTO things VALUES ($1, $2)', [id, name]);
  const ids = async () =>
    (await database.query<{ id: number }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);

  it('commits what SQL and TypeORM did in it, as one', async () => {
    await database.run(async () => {
      await add(1);
      await database.manager.insert(ThingTable, { id: 2, name: 'mapped' });
      expect(await database.manager.count(ThingTable)).toBe(2);
    });

    expect(await ids()).toEqual([1, 2]);
  });

  it('rolls both back when the work throws', async () => {
    await expect(
      database.run(async () => {
        await add(1);
        await database.manager.save(ThingTable, { id: 2, name: 'mapped' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');

    expect(await ids()).toEqual([]);
  });

  it('joins a transaction that runs, and a throw inside dooms the whole, even when caught', async () => {
    await expect(
      database.run(async () => {
        await add(1);
        await database.run(async () => Promise.reject(new Error('inner'))).catch(() => undefined);
        await add(2);
      }),
    ).rejects.toThrow('inner');

    expect(await ids()).toEqual([]);
  });

  it('does not report success when a failed statement was caught and ignored', async () => {
    await expect(
      database.run(async () => {
        await add(1);
        await add(1).catch(() => undefined);
      }),
    ).rejects.toThrow('an error of one of its statements was caught and ignored');

    expect(await ids()).toEqual([]);
  });

  it('keeps concurrent transactions apart', async () => {
    const both = [1, 2].map((id) =>
      database.run(async () => {
        await add(id);
        return ids();
      }),
    );

    expect((await Promise.all(both)).map((seen) => seen.length)).not.toContain(0);
    expect(await ids()).toEqual([1, 2]);
  });

  it('refuses work that goes on after its end', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await database.run(async () => {
      late = new Promise((resolve) => setTimeout(resolve, 20)).then(() => add(9));
      late.catch(() => undefined);
    });

    await expect(late).rejects.toThrow(SeamMisuse);
    expect(await ids()).toEqual([]);
  });

  it('is told apart: no asking inside one, none while answering, none of another context', async () => {
    const other = new Database({ context: 'catalog', url: database.url });

    await database.run(async () => {
      expect(() => assertNoTransaction('catalog was asked')).toThrow(
        'catalog was asked inside a transaction of orders',
      );
      await expect(other.query('SELECT 1')).rejects.toThrow('no transaction spans contexts');
    });
    await expect(withoutTransactions('answering', () => database.run(() => add(1)))).rejects.toThrow(
      'which may only read',
    );
  });
});

describe('A database that goes away', () => {
  it('is said to be unavailable, and used again when it is back', async () => {
    const { database, drop } = await contextDatabase({ name: 'orders', migrations: [] });

    await expect(
      database.run(async () => {
        const [row] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.manager.query('SELECT 1');
        const killer = await database.session('test');
        await killer.query('SELECT pg_terminate_backend($1)', [row?.pid]);
        await killer.end();
        await database.query('SELECT 1');
      }),
    ).rejects.toThrow(DatabaseUnavailable);

    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await drop();
  });

  it.each([
    ['in a transaction', (database: Database, work: () => Promise<unknown>) => database.run(work)],
    ['outside one', (_: Database, work: () => Promise<unknown>) => work()],
  ])('is said to be unavailable by TypeORM too, %s', async (_, doing) => {
    const { database, drop } = await contextDatabase({ name: 'orders', migrations: [] });

    await expect(
      doing(database, () => database.manager.query('SELECT pg_terminate_backend(pg_backend_pid())')),
    ).rejects.toThrow(DatabaseUnavailable);

    expect(await eventually(() => database.manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    await drop();
  });

  it('can be connected again later when it was not there at first', async () => {
    const database = new Database({ context: 'orders', url: 'postgres://nobody@127.0.0.1:1/none' });

    await expect(database.connect()).rejects.toThrow(DatabaseUnavailable);
    await expect(database.connect()).rejects.toThrow(DatabaseUnavailable);
    await expect(database.query('SELECT 1')).rejects.toThrow('not connected yet');

    await database.close();
  });
});

describe('A session', () => {
  it('runs one statement at a time, in the order in which they were sent, and goes on after one that fails', async () => {
    const orders = await contextDatabase({ name: 'orders', migrations: [] });
    const session = await orders.database.session('test');
    try {
      const sent = [
        'SELECT 1 AS n FROM pg_sleep(0.1)',
        'SELECT 2 AS n',
        'SELECT nothing',
        'SELECT 3 AS n',
      ].map((text) =>
        session.query<{ n: number }>(text).then(
          ({ rows }) => rows[0]!.n,
          (error: Error) => error.message,
        ),
      );

      await new Promise((resolve) => setImmediate(resolve));

      // What pg would queue, with a warning that it will not for long.
      expect(Reflect.get(session, '_queryQueue')).toEqual([]);
      expect(await Promise.all(sent)).toEqual([1, 2, 'column "nothing" does not exist', 3]);
    } finally {
      await session.end();
      await orders.drop();
    }
  });
});
