import {
  contextDatabaseUrl,
  Database,
  DatabaseUnavailable,
  prepareDatabases,
  type PreparedContext,
} from '@banyan/persistence';
import { eventually, testDatabase, type TestDatabase, withClient } from '@banyan/testing';
import fc from 'fast-check';
import type { Client } from 'pg';
import { contextDefinitions } from '../contexts';
import { forgetLeft } from './forget';
import { moveData, type Moving, STEPS } from './move';
import type { Place } from './places';

/** With whatever a context's migrations may make: keys, references, computed columns, triggers, numbers given by the database. */
const things: PreparedContext = {
  name: 'things',
  migrations: [
    {
      name: '0001-things',
      up: (query) =>
        query(`
          CREATE TABLE things (
            n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            part_of bigint REFERENCES things,
            name text, flag boolean, amount numeric, ratio float8, small float4, at timestamptz, day date, took interval,
            raw bytea, doc json, docb jsonb, tags text[], id uuid,
            loud text GENERATED ALWAYS AS (upper(name)) STORED);
          CREATE TABLE a_note (number bigserial, n bigint NOT NULL REFERENCES things, text text, PRIMARY KEY (number));
          CREATE TABLE counted (what text PRIMARY KEY, times int NOT NULL);
          CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
            INSERT INTO counted VALUES ('things', 1) ON CONFLICT (what) DO UPDATE SET times = counted.times + 1; RETURN NEW; END $$;
          CREATE TRIGGER count_it BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION count_it();
          CREATE TABLE "odd name" ("a column" int, "Z" text)`),
    },
  ],
};

describe('Moving the data of a context', () => {
  let databases: TestDatabase[];
  let here: Place;
  let there: Place;
  beforeAll(async () => {
    databases = [await testDatabase(), await testDatabase()];
    [here, there] = databases.map(placeIn('things')) as [Place, Place];
  });
  beforeEach(async () => {
    for (const { admin } of [here, there]) await as(admin, 'DROP SCHEMA IF EXISTS things CASCADE', 'public');
    await prepareDatabases([things], { DATABASE_URL: here.admin });
  });
  afterAll(() => Promise.all(databases.map((each) => each.drop())));

  const move = (options: Partial<Moving> = {}) =>
    moveData({ context: things, from: here, to: there, ...options });
  const back = (options: Partial<Moving> = {}) => move({ from: there, to: here, ...options });

  it('brings all there is, as it was', async () => {
    await as(
      here.application,
      `
      INSERT INTO things (name, part_of) VALUES ('one', NULL), (E'tab\\tline\\nback\\\\slash \\\\N', 1), ('', NULL), (NULL, 2);
      INSERT INTO a_note (n, text) VALUES (1, 'first'), (2, 'second');
      DELETE FROM things WHERE n = 3;
      INSERT INTO "odd name" VALUES (1, 'z')`,
    );
    const before = await everything(here);

    const { tables, rows } = await move();

    expect(await everything(there)).toEqual(before);
    expect(tables).toBe(5);
    // Of which one is of a migration, and one what a trigger counted.
    expect(rows).toBe(3 + 2 + 1 + 1 + 1);
    await as(
      there.application,
      `INSERT INTO things (name) VALUES ('next'); INSERT INTO a_note (n) VALUES (1)`,
    );
    expect(
      await as(
        there.application,
        'SELECT max(n)::int AS n, (SELECT max(number)::int FROM a_note) AS number FROM things',
      ),
    ).toEqual([{ n: 5, number: 3 }]);
    expect(await as(there.application, 'SELECT times FROM counted')).toEqual([{ times: 5 }]);
  });

  it('brings any row as it was', async () => {
    const text = fc.option(fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', '')));
    const row = fc.record({
      name: text,
      flag: fc.option(fc.boolean()),
      amount: fc.option(fc.bigInt().map((n) => `${n}.${String(n).replace('-', '')}`)),
      ratio: fc.option(fc.double()),
      small: fc.option(fc.float()),
      at: fc.option(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      ),
      took: fc.option(fc.integer().map((seconds) => `${seconds} seconds 3 months`)),
      raw: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
      docb: fc.option(fc.jsonValue().map((value) => JSON.stringify(value).replaceAll('\\u0000', ''))),
      tags: fc.option(fc.array(fc.string().map((each) => each.replaceAll('\0', '')))),
      id: fc.option(fc.uuid()),
    });
    const columns = [
      'name',
      'flag',
      'amount',
      'ratio',
      'small',
      'at',
      'took',
      'raw',
      'docb',
      'tags',
      'id',
    ] as const;
    const rows = fc.sample(row, 200);
    await connected(here.application, async (client) => {
      for (const each of rows)
        await client.query(
          `INSERT INTO things.things (${columns.join(', ')}, doc) VALUES (${columns.map((_name, n) => `$${n + 1}`).join(', ')}, $9::jsonb::json)`,
          columns.map((name) => each[name]),
        );
    });
    const before = await everything(here);
    expect((before['things.things'] as unknown[]).length).toBe(200);

    await move();

    expect(await everything(there)).toEqual(before);
  });

  it.each(contextDefinitions().map((definition) => [definition.contract.name, definition] as const))(
    'works for %s',
    async (name, { migrations, extensions }) => {
      const context = { name, migrations, extensions };
      const [from, to] = databases.map(placeIn(name)) as [Place, Place];
      await prepareDatabases([context], { DATABASE_URL: from.admin });
      await as(
        from.application,
        `INSERT INTO outbox (id, type, key, attributes, data) VALUES (gen_random_uuid(), 't', 'k', '{}', '{}')`,
        name,
      );

      await moveData({ context, from, to });

      expect(await as(to.application, 'SELECT seq::int, key FROM outbox', name)).toEqual([
        { seq: 1, key: 'k' },
      ]);
    },
  );

  it('makes the database where there is none', async () => {
    await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
    const name = `${databases[1]!.name}_new`;
    const to = placeIn('things')({ ...databases[1]!, url: there.admin.replace(databases[1]!.name, name) });

    await move({ to });

    expect(await as(to.application, 'SELECT name FROM things')).toEqual([{ name: 'one' }]);
    await as(here.admin, `DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('goes back, with what was written meanwhile, and out again', async () => {
    await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
    await move();
    await as(
      there.application,
      `UPDATE things SET name = 'changed'; INSERT INTO things (name) VALUES ('two')`,
    );
    await back();
    expect(await as(here.application, 'SELECT name FROM things ORDER BY n')).toEqual([
      { name: 'changed' },
      { name: 'two' },
    ]);
    await as(here.application, `DELETE FROM things WHERE name = 'two'`);
    await move();

    expect(await as(there.application, 'SELECT name FROM things')).toEqual([{ name: 'changed' }]);
  });

  describe('leaves rows behind', () => {
    it('which are deleted when that is asked for; the place stays closed, and they can come back', async () => {
      await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
      await move();

      expect(await forgetLeft('things', here, there)).toBe(4);

      expect(await as(here.admin, 'SELECT count(*)::int AS n FROM things')).toEqual([{ n: 0 }]);
      await expect(as(here.application, 'SELECT 1 FROM things')).rejects.toThrow('does not exist');
      await back();
      expect(await as(here.application, 'SELECT name FROM things')).toEqual([{ name: 'one' }]);
    });

    it('and if not, a note by which an empty database elsewhere is not taken for theirs', async () => {
      await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
      await move();
      await forgetLeft('things', here, there);
      const third = await testDatabase();
      databases.push(third);
      const pointedTo = ({ application }: Place) => ({
        DATABASE_URL: here.admin,
        THINGS_DATABASE_URL: application,
      });

      await expect(prepareDatabases([things], pointedTo(placeIn('things')(third)))).rejects.toThrow(
        /^The data of things were moved to .*\. .*, to which THINGS_DATABASE_URL points, is empty$/,
      );
      await prepareDatabases([things], pointedTo(there));
      await as(there.application, 'DELETE FROM things');
      await prepareDatabases([things], pointedTo(there));
    });

    it('which are not deleted unless the data are elsewhere', async () => {
      await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
      const refused = 'nothing was deleted';
      await expect(forgetLeft('things', here, there)).rejects.toThrow(refused);
      for (const broken of STEPS.slice(0, -1)) {
        const breaking = move({
          after: async (step) => {
            if (step === broken) throw new Error('the power failed');
          },
        });
        await expect(breaking).rejects.toThrow('the power failed');
        await expect(forgetLeft('things', here, there)).rejects.toThrow(refused);
        await expect(forgetLeft('things', there, here)).rejects.toThrow(refused);
      }
      await move();
      await expect(forgetLeft('things', there, here)).rejects.toThrow(refused);
      expect(await as(there.application, 'SELECT name FROM things')).toEqual([{ name: 'one' }]);
    });
  });

  describe('closes the old place', () => {
    it('to statements that waited, to those that were prepared before, and to readers', async () => {
      const database = new Database({ context: 'things', url: here.application });
      await database.connect();
      const insert = { name: 'insert-thing', text: 'INSERT INTO things (name) VALUES ($1)' };
      for (let n = 0; n < 6; n++) await database.query(insert, ['before']);
      let waiting: Promise<unknown>[] = [];
      await move({
        after: async (step) => {
          if (step !== 'locked') return;
          const write = () => database.query(insert, ['late']);
          waiting = [write(), database.run(write), write()].map((each) =>
            each.then(
              () => 'written',
              (error: unknown) => error,
            ),
          );
          await eventually(async () => (await waitingAt(here)) >= 3);
          expect(await database.query('SELECT count(*)::int AS n FROM things')).toEqual([{ n: 6 }]);
        },
      });

      for (const outcome of await Promise.all(waiting)) expect(outcome).toBeInstanceOf(DatabaseUnavailable);
      const refused = database.run(() => database.query(insert, ['later']));
      await expect(refused).rejects.toThrow(DatabaseUnavailable);
      await expect(database.query('SELECT * FROM things')).rejects.toThrow(
        /The data of things were moved to .*: point THINGS_DATABASE_URL there and start again/,
      );
      expect(await as(there.application, 'SELECT count(*)::int AS n FROM things')).toEqual([{ n: 6 }]);
      await database.close();
    });

    it('also to those who prepare, and says where the data went', async () => {
      await move();

      await expect(prepareDatabases([things], { DATABASE_URL: here.admin })).rejects.toThrow(
        /^The data of things were moved to /,
      );
      await prepareDatabases([things], { DATABASE_URL: here.admin, THINGS_DATABASE_URL: there.application });
    });
  });

  describe('waits for transactions that write', () => {
    it('and brings what they wrote', async () => {
      await connected(here.application, async (writer) => {
        await writer.query(`BEGIN; INSERT INTO things.things (name) VALUES ('just in time')`);
        const moving = move();
        await eventually(async () => (await waitingAt(here)) > 0);
        await writer.query('COMMIT');
        await moving;
      });

      expect(await as(there.application, 'SELECT name FROM things')).toEqual([{ name: 'just in time' }]);
    });

    it('but not for ever, nor so long that others take it for a deadlock', async () => {
      await connected(here.application, async (writer) => {
        await writer.query(`BEGIN; INSERT INTO things.things (name) VALUES ('for ever')`);

        await expect(move({ patienceMs: 1_500 })).rejects.toThrow(
          'Transactions of things did not come to an end: nothing was moved',
        );

        await writer.query('COMMIT');
      });
      expect(await as(here.application, 'SELECT name FROM things')).toEqual([{ name: 'for ever' }]);
      await move();
    });
  });

  describe('never leaves both places open, nor anything behind:', () => {
    const atStep = STEPS.map((step) => [step] as const);

    it.each(atStep)('when it breaks off after "%s" it can be done again', async (broken) => {
      await as(here.application, `INSERT INTO things (name) VALUES ('one')`);
      const breaking = move({
        after: async (step) => {
          if (step === broken) throw new Error('the power failed');
        },
      });
      await expect(breaking).rejects.toThrow('the power failed');

      const open = await openPlaces();
      expect(open.length).toBeLessThanOrEqual(1);
      const at = STEPS.indexOf(broken);
      expect(open).toEqual(at < STEPS.indexOf('closed') ? ['here'] : broken === 'opened' ? ['there'] : []);
      const written = open.length > 0 ? 2 : 1;
      if (open[0] === 'here') await as(here.application, `INSERT INTO things (name) VALUES ('two')`);
      if (open[0] === 'there') await as(there.application, `INSERT INTO things (name) VALUES ('two')`);

      if (broken === 'opened') await expect(move()).rejects.toThrow(/were moved to .* before/);
      else await move();

      expect(await openPlaces()).toEqual(['there']);
      expect(await as(there.application, 'SELECT count(*)::int AS n FROM things')).toEqual([{ n: written }]);
    });

    it('at no step may both be entered', async () => {
      const seen: string[][] = [];
      await move({ after: async () => void seen.push(await openPlaces()) });
      expect(seen.map((open) => open.join())).toEqual(['here', 'here', 'here', 'here', '', 'there']);
    });

    const openPlaces = async (): Promise<string[]> => {
      const open: string[] = [];
      for (const [name, { application }] of Object.entries({ here, there }))
        await as(application, 'SELECT 1 FROM things LIMIT 1').then(
          () => open.push(name),
          (error: { code?: string }) => expect(error.code).toBe('42P01'),
        );
      return open;
    };
  });

  describe('compares what arrived, and undoes all when that differs:', () => {
    const differences: readonly [string, string, string][] = [
      ['a row is missing', `DELETE FROM things WHERE n = 2`, 'things'],
      ['a row came twice', `INSERT INTO "odd name" SELECT * FROM "odd name"`, 'odd name'],
      ['a value is another', `UPDATE things SET amount = amount + 0.01 WHERE n = 1`, 'things'],
      ['nothing became empty', `UPDATE things SET name = '' WHERE name IS NULL`, 'things'],
      ['two values changed places', `UPDATE things SET amount = 3 - amount`, 'things'],
      ['a number would be given twice', `SELECT setval('things_n_seq', 1)`, 'sequences'],
    ];
    it.each(differences)('%s', async (_what, sql, where) => {
      await as(
        here.application,
        `
        INSERT INTO things (name, amount) VALUES ('one', 1), (NULL, 2);
        INSERT INTO "odd name" VALUES (1, 'z')`,
      );
      const spoilt = move({
        after: async (step, target) => {
          if (step === 'copied') await target.query(`SET LOCAL search_path = things; ${sql}`);
        },
      });

      await expect(spoilt).rejects.toThrow(`, in ${where}: nothing was moved`);

      await as(here.application, `INSERT INTO things (name) VALUES ('goes on')`);
      await move();
      expect(await as(there.application, 'SELECT count(*)::int AS n FROM things')).toEqual([{ n: 3 }]);
    });
  });

  describe('refuses', () => {
    it('two addresses of one database', async () => {
      const again = { ...here, admin: here.admin.replace('127.0.0.1', 'localhost') };
      await expect(move({ to: again })).rejects.toThrow('there is nowhere to move');
      await as(here.application, 'SELECT 1 FROM things');
    });

    it('to replace rows that nobody moved away', async () => {
      await prepareDatabases([things], { DATABASE_URL: there.admin });
      await as(there.application, `INSERT INTO things (name) VALUES ('of somebody else')`);

      await expect(move()).rejects.toThrow(/holds data of things as well/);

      await as(here.application, 'SELECT 1 FROM things');
      expect(await as(there.application, 'SELECT name FROM things')).toEqual([{ name: 'of somebody else' }]);
    });

    it('to move from where nothing is, or nothing is any more', async () => {
      await expect(back()).rejects.toThrow('it has no schema things');
      await move();
      const third = await testDatabase();
      databases.push(third);
      await expect(move({ to: placeIn('things')(third) })).rejects.toThrow(
        /There is nothing to move from .*: the data of things were moved to /,
      );
    });

    it('a schema that is not as the migrations make it', async () => {
      await as(here.admin, 'ALTER TABLE things.things ADD COLUMN by_hand int', 'public');
      await expect(move()).rejects.toThrow('things at ');
      await as(
        here.admin,
        'ALTER TABLE things.things DROP COLUMN by_hand; CREATE TABLE things.extra (n int)',
        'public',
      );
      await expect(move()).rejects.toThrow('extra at ');
      await as(here.application, 'SELECT 1 FROM things');
    });

    it('tables that refer to each other in a circle, and rows that are computed from others', async () => {
      await as(here.admin, 'CREATE MATERIALIZED VIEW things.seen AS SELECT 1 AS one', 'public');
      await expect(move()).rejects.toThrow('seen is a materialised view or a foreign table');
      await as(
        here.admin,
        `
        DROP MATERIALIZED VIEW things.seen;
        ALTER TABLE things.things ADD COLUMN noted bigint REFERENCES things.a_note`,
        'public',
      );
      await expect(move()).rejects.toThrow('a_note, things refer to each other in a circle');
    });

    it('another password for a role that both places share', async () => {
      const other = Object.assign(new URL(there.application), { password: 'another' }).href;
      await expect(move({ to: { ...there, application: other } })).rejects.toThrow(
        'where things_app can have one password only: give THINGS_DATABASE_URL the one that processes use now',
      );
      await as(here.application, 'SELECT 1 FROM things');
    });

    it('a server that is away, and names it', async () => {
      const gone = { ...there, admin: there.admin.replace(/:\d+\//, ':1/') };
      await expect(move({ to: gone })).rejects.toThrow(/:1\/test_.* cannot be reached/);
    });
  });

  const waitingAt = async ({ admin }: Place): Promise<number> => {
    const [row] = await as<{ n: number }>(
      admin,
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      'public',
    );
    return row!.n;
  };
});

const placeIn =
  (context: string) =>
  ({ url }: TestDatabase): Place => ({
    admin: url,
    application: contextDatabaseUrl(context, { DATABASE_URL: url }),
  });

const connected = <T>(url: string, work: (client: Client) => Promise<T>, schema = 'things'): Promise<T> =>
  withClient(url, work, schema);

const as = <Row extends object = any>(url: string, sql: string, schema?: string): Promise<Row[]> =>
  connected(url, async (client) => (await client.query<Row>(sql)).rows, schema);

/** All tables of the schema, as text. */
const everything = (place: Place): Promise<Record<string, unknown>> =>
  connected(place.admin, async (client) => {
    const found: Record<string, unknown> = {};
    for (const table of [
      'things.things',
      'things.a_note',
      'things.counted',
      'things."odd name"',
      'things.migrations',
    ]) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT each::text AS row FROM ${table} each ORDER BY 1`,
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  });
