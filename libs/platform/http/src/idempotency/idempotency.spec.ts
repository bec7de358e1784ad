import { DomainError } from '@banyan/contracts';
import { Database } from '@banyan/persistence';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';
import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { httpApp } from '../testing/http-app';
import { Idempotency } from './idempotency';
import { IdempotencyKey } from './idempotency-key';
import { idempotencyMigration, trimIdempotencyKeys } from './idempotency-keys';

class OutOfTea extends DomainError {
  readonly code = 'orders.out-of-tea';
  readonly kind = 'conflict';
}

let server: TestDatabase;
let database: Database;
let idempotency: Idempotency;

beforeAll(async () => {
  server = await testDatabase();
  database = new Database({ context: 'orders', url: server.url });
  await database.connect();
  await database.query('CREATE SCHEMA orders');
  await idempotencyMigration.up(async (sql) => void (await database.query(sql)));
  await database.query('CREATE TABLE placed (n serial)');
  idempotency = new Idempotency(database, database);
});
afterAll(async () => {
  await database.close();
  await server.drop();
});
beforeEach(async () => void (await database.query('TRUNCATE placed, idempotency_keys')));

const placed = async () => (await database.query('SELECT n FROM placed')).length;
const rows = () =>
  database.query<{ person: string; key: string }>('SELECT person, key FROM idempotency_keys');

/** Places one row; `pause` holds the transaction open. */
const place = (answer: unknown = { id: 'o-1' }, pause?: Promise<void>) => ({
  handle: async () => {
    await database.query('INSERT INTO placed DEFAULT VALUES');
    await pause;
    return answer;
  },
});

const request = { person: 'ann', key: 'k-1', body: { sku: 'TEA-1', quantity: 2 } };

describe('The same request with the same key', () => {
  it('is done once and answered alike', async () => {
    const first = await idempotency.answer(request, place({ id: 'o-1', at: new Date(0) }));
    const second = await idempotency.answer(request, place({ id: 'o-2' }));

    expect(first).toEqual({ id: 'o-1', at: '1970-01-01T00:00:00.000Z' });
    expect(second).toEqual(first);
    expect(await placed()).toBe(1);
  });

  it('is the same in whichever order its fields come', async () => {
    await idempotency.answer(request, place({ id: 'o-1' }));

    const again = await idempotency.answer(
      { ...request, body: { quantity: 2, sku: 'TEA-1' } },
      place({ id: 'o-2' }),
    );

    expect(again).toEqual({ id: 'o-1' });
  });

  it('is not prepared again once its answer is known', async () => {
    const prepare = jest.fn(async () => 1200);
    const work = { prepare, handle: async (total: number) => ({ total }) };

    const answers = [await idempotency.answer(request, work), await idempotency.answer(request, work)];

    expect(answers).toEqual([{ total: 1200 }, { total: 1200 }]);
    expect(prepare).toHaveBeenCalledTimes(1);
  });

  it('gets the answer of a twin that finished while it was prepared, also when preparing then fails', async () => {
    const answer = await idempotency.answer(request, {
      prepare: async () => {
        await idempotency.answer(request, place({ id: 'o-twin' }));
        throw new OutOfTea('the twin took the last');
      },
      handle: async () => ({ id: 'o-2' }),
    });

    expect(answer).toEqual({ id: 'o-twin' });
    expect(await placed()).toBe(1);
  });

  it('waits, when it comes while the first is at work, and gets its answer', async () => {
    let commit!: () => void;
    const first = idempotency.answer(request, place({ id: 'o-1' }, new Promise((done) => (commit = done))));
    await eventually(async () => (await open()) === 1);
    const twins = Array.from({ length: 4 }, () => idempotency.answer(request, place({ id: 'o-2' })));
    await eventually(async () => (await waiting()) === 4);

    commit();

    expect(await Promise.all([first, ...twins])).toEqual(Array(5).fill({ id: 'o-1' }));
    expect(await placed()).toBe(1);
  });

  it('is done by its twin when the first fails', async () => {
    let fail!: (error: Error) => void;
    const first = idempotency.answer(
      request,
      place({ id: 'o-1' }, new Promise((_, reject) => (fail = reject))),
    );
    await eventually(async () => (await open()) === 1);
    const twin = idempotency.answer(request, place({ id: 'o-2' }));
    await eventually(async () => (await waiting()) === 1);

    fail(new OutOfTea('There is none'));

    await expect(first).rejects.toThrow(OutOfTea);
    expect(await twin).toEqual({ id: 'o-2' });
    expect(await placed()).toBe(1);
  });

  it('may be tried again after it was refused, for nothing of that is remembered', async () => {
    const refused = { handle: () => Promise.reject(new OutOfTea('There is none')) };
    await expect(idempotency.answer(request, refused)).rejects.toThrow(OutOfTea);
    expect(await rows()).toEqual([]);

    expect(await idempotency.answer(request, place())).toEqual({ id: 'o-1' });
  });

  it('is answered with nothing where nothing was answered', async () => {
    expect(await idempotency.answer(request, place(undefined))).toEqual({ id: 'o-1' });
    expect(
      await idempotency.answer({ ...request, key: 'k-2' }, { handle: async () => undefined }),
    ).toBeUndefined();
    expect(await idempotency.answer({ ...request, key: 'k-2' }, place())).toBeUndefined();
  });
});

describe('The same key', () => {
  it('with another body is refused, also while the first is at work', async () => {
    let commit!: () => void;
    const first = idempotency.answer(request, place({ id: 'o-1' }, new Promise((done) => (commit = done))));
    await eventually(async () => (await open()) === 1);
    const other = { ...request, body: { sku: 'TEA-1', quantity: 3 } };
    const meanwhile = idempotency.answer(other, place()).catch((error: unknown) => error);
    await eventually(async () => (await waiting()) === 1);
    commit();
    await first;

    for (const refused of [
      await meanwhile,
      await idempotency.answer(other, place()).catch((error: unknown) => error),
    ]) {
      expect(refused).toMatchObject({ code: 'http.idempotency-key-reused', status: 422 });
    }
    expect(await placed()).toBe(1);
  });

  it('of another person is another key', async () => {
    await idempotency.answer(request, place());
    await idempotency.answer({ ...request, person: 'bob' }, place());

    expect(await placed()).toBe(2);
  });
});

describe('Without a key', () => {
  it('every request is done, in a transaction', async () => {
    const keyless = { ...request, key: undefined };
    await idempotency.answer(keyless, place());
    await idempotency.answer(keyless, place());
    await expect(
      idempotency.answer(keyless, place({}, Promise.reject(new OutOfTea('There is none')))),
    ).rejects.toThrow();

    expect([await placed(), await rows()]).toEqual([2, []]);
  });
});

describe('Answers', () => {
  it('are kept for 24 hours', async () => {
    await idempotency.answer(request, place());
    await idempotency.answer({ ...request, key: 'k-2' }, place());
    await database.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second' WHERE key = 'k-1'`,
    );

    expect(await trimIdempotencyKeys(database)).toBe(1);
    expect(await rows()).toEqual([{ person: 'ann', key: 'k-2' }]);
  });

  it('are trimmed in whatever number', async () => {
    await database.query(
      `INSERT INTO idempotency_keys SELECT 'ann', n::text, '', null, now() - interval '2 days' FROM generate_series(1, 2500) n`,
    );

    expect(await trimIdempotencyKeys(database)).toBe(2500);
  });
});

describe('Over HTTP', () => {
  const Order = z.strictObject({ sku: z.string() });

  @Controller('orders')
  class OrdersController {
    constructor(readonly idempotency: Idempotency) {}

    @Post()
    place(@IdempotencyKey() key: string, @Body({ schema: Order }) body: z.output<typeof Order>) {
      return this.idempotency.answer({ person: 'ann', key, body }, place(body));
    }

    @Post('optional')
    optional(@IdempotencyKey({ optional: true }) key?: string) {
      return { key: key ?? null };
    }
  }

  const post = async (key: string | undefined, path = '') => {
    const app = await httpApp([OrdersController], [{ provide: Idempotency, useValue: idempotency }]);
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return app.inject({ method: 'POST', url: `/api/v1/orders${path}`, headers, payload: { sku: 'TEA-1' } });
  };

  it.each([undefined, '', 'two words', 'x'.repeat(256), 'schlüssel'])(
    'a key of %p is a 400 that names the header',
    async (key) => {
      const answer = await post(key);

      expect([answer.statusCode, answer.json().code]).toEqual([400, 'http.invalid-idempotency-key']);
      expect(answer.json().errors[0].field).toBe('Idempotency-Key');
      expect(await placed()).toBe(0);
    },
  );

  it('the same request is answered alike', async () => {
    const answers = [await post('x'.repeat(255)), await post('x'.repeat(255))];

    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(
      Array(2).fill([201, '{"sku":"TEA-1"}']),
    );
    expect(await placed()).toBe(1);
  });

  it('an optional key may be missing, but not malformed', async () => {
    expect((await post(undefined, '/optional')).json()).toEqual({ key: null });
    expect((await post('k-1', '/optional')).json()).toEqual({ key: 'k-1' });
    expect((await post('two words', '/optional')).statusCode).toBe(400);
  });
});

/** Transactions that have written and are idle; those that wait for another's. */
const open = () => sessions(`state = 'idle in transaction'`);
const waiting = () => sessions(`wait_event_type = 'Lock'`);

async function sessions(which: string): Promise<number> {
  return (
    await database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND ${which}`)
  ).length;
}
