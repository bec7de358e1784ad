import { contextDatabase, type ContextDatabase, withClient } from '@banyan/testing';
import type { Client } from 'pg';
import { EntitySchema } from 'typeorm';
import { Database } from './database';
import { closePlace, DataElsewhere, openPlace } from './place';
import { DatabaseUnavailable } from './unavailable';
import { applicationRole } from './urls';

const ThingTable = new EntitySchema<{ id: number }>({
  name: 'thing',
  tableName: 'things',
  columns: { id: { type: 'int', primary: true } },
});

describe('A place that is closed', () => {
  let shop: ContextDatabase;
  let database: Database;
  beforeAll(async () => {
    shop = await contextDatabase({
      // Names that must be quoted are names.
      name: 'corner-shop',
      tables: [ThingTable],
      migrations: [{ name: '0001-things', up: (query) => query('CREATE TABLE things (id int PRIMARY KEY)') }],
    });
    database = shop.database;
  });
  beforeEach(() =>
    asAdmin(database, (client) => closePlace(client, 'corner-shop', `were moved to the market's square`)),
  );
  afterAll(() => shop.drop());

  const open = () =>
    asAdmin(database, (client) =>
      openPlace(client, 'corner-shop', applicationRole('corner-shop'), 'came back'),
    );

  it.each<[string, () => Promise<unknown>]>([
    ['a statement', () => database.query('SELECT * FROM things')],
    ['one that names the schema', () => database.query('INSERT INTO "corner-shop".things VALUES (1)')],
    ['a transaction', () => database.run(() => database.query('INSERT INTO things VALUES (1)'))],
    ['TypeORM', () => database.manager.find(ThingTable)],
    ['TypeORM in a transaction', () => database.run(() => database.manager.insert(ThingTable, { id: 1 }))],
    [
      'more at a time than there are connections',
      () =>
        Promise.all(
          Array.from({ length: 20 }, () => database.run(() => database.query('SELECT * FROM things'))),
        ),
    ],
  ])('is unavailable, with the reason, to %s', async (_whom, use) => {
    const refused = use();
    await expect(refused).rejects.toThrow(DatabaseUnavailable);
    await expect(refused).rejects.toThrow(
      `The database of corner-shop is unavailable: The data of corner-shop were moved to the market's square`,
    );
  });

  it('is told of to who asks before it begins', async () => {
    await expect(database.refuseClosed()).rejects.toThrow(DataElsewhere);
    await open();
    await database.refuseClosed();
  });

  it('may be opened again, with all rights that there were', async () => {
    await open();
    await database.query('INSERT INTO things VALUES (1)');
    await database.query('DELETE FROM things');
  });

  it('is not what a mistake is taken for', async () => {
    await open();
    await expect(database.query('SELECT * FROM thinks')).rejects.toMatchObject({
      message: 'relation "thinks" does not exist',
      code: '42P01',
    });
    await expect(database.query('DROP TABLE things')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('Tables that are locked', () => {
  let shop: ContextDatabase;
  let hasty: Database;
  beforeAll(async () => {
    shop = await contextDatabase({
      name: 'orders',
      migrations: [{ name: '0001-things', up: (query) => query('CREATE TABLE things (id int PRIMARY KEY)') }],
    });
    hasty = new Database({ context: 'orders', url: shop.database.url, statementTimeoutMs: 200 });
    await hasty.connect();
  });
  afterAll(async () => {
    await hasty.close();
    await shop.drop();
  });
  const write = () => hasty.run(() => hasty.query('INSERT INTO things VALUES (1)'));

  it('make their database unavailable to who waited for too long', async () => {
    await asAdmin(shop.database, async (mover) => {
      await mover.query('BEGIN; LOCK TABLE orders.things IN EXCLUSIVE MODE');

      await expect(write()).rejects.toThrow(
        'The database of orders is unavailable: its tables are locked for longer than is waited',
      );
      await expect(hasty.query('SELECT * FROM things')).resolves.toEqual([]);
      await mover.query('ROLLBACK');
    });
  });

  it('are not what a statement is excused by that is slow, or waits for another of its kind', async () => {
    await expect(hasty.query('SELECT pg_sleep(1)')).rejects.toMatchObject({ code: '57014' });
    await asAdmin(shop.database, async (writer) => {
      await writer.query('BEGIN; INSERT INTO orders.things VALUES (1)');

      await expect(write()).rejects.toMatchObject({ code: '57014' });

      await writer.query('ROLLBACK');
    });
    await write();
  });
});

const asAdmin = ({ url }: Database, work: (client: Client) => Promise<void>): Promise<void> => {
  const { pathname } = new URL(url);
  return withClient(
    Object.assign(new URL(process.env['BANYAN_TEST_DATABASE_URL']!), { pathname }).href,
    work,
  );
};
