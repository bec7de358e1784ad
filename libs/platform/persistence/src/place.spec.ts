import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { Client } from 'pg';
import { EntitySchema } from 'typeorm';
import type { Database } from './database';
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
    asAdmin((client) => closePlace(client, 'corner-shop', `were moved to the market's square`)),
  );
  afterAll(() => shop.drop());

  const asAdmin = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const connectionString = Object.assign(new URL(process.env['BANYAN_TEST_DATABASE_URL']!), {
      pathname: new URL(database.url).pathname,
    }).href;
    const client = new Client({ connectionString });
    await client.connect();
    await work(client).finally(() => client.end());
  };
  const open = () =>
    asAdmin((client) => openPlace(client, 'corner-shop', applicationRole('corner-shop'), 'came back'));

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
