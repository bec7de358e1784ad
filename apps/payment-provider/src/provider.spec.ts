import { contextDatabaseUrl } from '@banyan/persistence';
import { eventually, testDatabase, type TestDatabase } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Provider, startProvider } from './provider';
import { ProviderSettings, SCHEMA } from './provider-settings';

let server: TestDatabase;
let provider: Provider;
let careless: Provider;

const start = async (env: Record<string, string> = {}): Promise<Provider> => {
  const started = await startProvider(
    new ProviderSettings({
      DATABASE_URL: server.url,
      BANYAN_PREPARE: '1',
      PORT: '0',
      PROVIDER_SLOW_MS: '150',
      ...env,
    }),
  );
  await eventually(async () => (await fetch(`${started.url}/health/ready`)).ok, { timeoutMs: 15_000 });
  return started;
};

beforeAll(async () => {
  server = await testDatabase();
  provider = await start();
  careless = await start({ PROVIDER_IGNORES_KEYS: '1' });
});
afterAll(async () => {
  await provider?.stop();
  await careless?.stop();
  await server.drop();
});

type Entry = { position: number; kind: string; key: string; captureKey: string; amount: number };
type Answer = { items: Entry[]; nextCursor: string | null; refunded: number; status: string };

const call = async (what: string, body?: unknown, at = provider) => {
  const [method, path] = what.split(' ') as [string, string];
  const response = await fetch(`${at.url}${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer };
};
const capture = (key: string, token = 'tok_ok', amount = 4400, at = provider) =>
  call(`PUT /captures/${key}`, { amount, currency: 'EUR', token }, at);
const refund = (key: string, captureKey: string, amount: number) =>
  call(`PUT /refunds/${key}`, { captureKey, amount });
const newKey = () => `capture:${randomUUID()}`;
const entriesOf = async (captureKey: string) => {
  const entries: Entry[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const { body } = await call(`GET /ledger?after=${after}&limit=3`);
    entries.push(...body.items);
    after = body.nextCursor;
  }
  expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
  return entries.filter((entry) => entry.captureKey === captureKey);
};

describe('A capture', () => {
  it('happens once, however often and at once it is asked for', async () => {
    const key = newKey();

    const answers = await Promise.all(Array.from({ length: 8 }, () => capture(key)));

    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(
      Array(8).fill([200, 'captured']),
    );
    expect(await entriesOf(key)).toMatchObject([{ kind: 'captured', key, amount: 4400, currency: 'EUR' }]);
    expect((await call(`GET /captures/${key}`)).body).toMatchObject({ status: 'captured', refunded: 0 });
  });

  it('of another amount, or from another card, is refused under the same key', async () => {
    const key = newKey();
    await capture(key);

    expect(await capture(key, 'tok_ok', 4401)).toMatchObject({ status: 422, body: { code: 'key-reused' } });
    expect(await capture(key, 'tok_slow')).toMatchObject({ status: 422 });
  });

  it.each([
    ['tok_declined', 'card-declined'],
    ['tok_unheard_of', 'unknown-token'],
    ['\u0000', 'unknown-token'],
  ])('from %j is declined: %s', async (token, reason) => {
    const key = newKey();

    expect(await capture(key, token)).toMatchObject({ status: 200, body: { status: 'declined', reason } });
    expect(await entriesOf(key)).toEqual([]);
  });

  it('from a flaky card works at the third try', async () => {
    const key = newKey();

    expect((await capture(key, 'tok_flaky')).status).toBe(503);
    expect(await call(`GET /captures/${key}`)).toMatchObject({ body: { status: 'open' } });
    expect((await capture(key, 'tok_flaky')).status).toBe(503);
    expect(await capture(key, 'tok_flaky')).toMatchObject({ status: 200, body: { status: 'captured' } });
    expect(await entriesOf(key)).toHaveLength(1);
  });

  it('whose reply was lost has happened, and is told when asked again', async () => {
    const key = newKey();

    await expect(capture(key, 'tok_lost_reply')).rejects.toThrow('fetch failed');

    expect(await capture(key, 'tok_lost_reply')).toMatchObject({ status: 200, body: { status: 'captured' } });
    expect(await entriesOf(key)).toHaveLength(1);
  });

  it('is charged with every try where keys are ignored', async () => {
    const key = newKey();

    await capture(key, 'tok_ok', 4400, careless);
    await capture(key, 'tok_ok', 4400, careless);

    expect(await entriesOf(key)).toHaveLength(2);
  });
});

describe('Voiding', () => {
  it('keeps a capture from ever happening, the one under way included', async () => {
    const key = newKey();
    const slow = capture(key, 'tok_slow');

    expect(await call(`PUT /captures/${key}/void`)).toMatchObject({ body: { status: 'voided' } });

    expect(await slow).toMatchObject({ status: 200, body: { status: 'declined', reason: 'voided' } });
    expect(await capture(key)).toMatchObject({ body: { status: 'declined', reason: 'voided' } });
    expect(await entriesOf(key)).toEqual([]);
  });

  it('says so when it comes too late', async () => {
    const key = newKey();
    await capture(key);

    expect(await call(`PUT /captures/${key}/void`)).toMatchObject({
      status: 200,
      body: { status: 'captured', amount: 4400 },
    });
  });
});

describe('A refund', () => {
  it('happens once, and all of them together never exceed what was captured', async () => {
    const key = newKey();
    await capture(key);

    await Promise.all(Array.from({ length: 5 }, () => refund(`refund:${key}:1`, key, 1400)));
    const others = await Promise.all([2, 3, 4, 5].map((n) => refund(`refund:${key}:${n}`, key, 1000)));

    expect(others.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409]);
    const refunds = (await entriesOf(key)).filter(({ kind }) => kind === 'refunded');
    expect(refunds.map(({ amount }) => amount).sort()).toEqual([1000, 1000, 1000, 1400]);
    expect((await call(`GET /captures/${key}`)).body.refunded).toBe(4400);
  });

  it('of another amount is refused under the same key, and of nothing at all there is none', async () => {
    const key = newKey();
    await capture(key);
    await refund(`refund:${key}`, key, 100);

    expect((await refund(`refund:${key}`, key, 101)).status).toBe(422);
    expect(await refund(`refund:${newKey()}`, newKey(), 100)).toMatchObject({
      status: 404,
      body: { code: 'capture-not-found' },
    });
  });
});

describe('The provider', () => {
  it.each([
    ['PUT /captures/k', { amount: -1, currency: 'EUR', token: 'tok_ok' }],
    ['PUT /captures/k', { amount: 1.5, currency: 'EUR', token: 'tok_ok' }],
    ['PUT /captures/k', { amount: 1, currency: 'euro', token: 'tok_ok' }],
    ['PUT /captures/k%00', { amount: 1, currency: 'EUR', token: 'tok_ok' }],
    ['PUT /refunds/k', { captureKey: 'k', amount: 0 }],
    ['GET /ledger?limit=0', undefined],
  ])('refuses %s %j', async (what, body) => {
    expect(await call(what, body)).toMatchObject({ status: 400, body: { status: 400 } });
  });

  it('has a role that cannot change what is in the ledger, and sees nothing else', async () => {
    await capture(newKey());
    const client = new Client(contextDatabaseUrl(SCHEMA, { DATABASE_URL: server.url }));
    await client.connect();

    for (const act of [
      'UPDATE payment_provider.ledger SET amount = 0',
      'DELETE FROM payment_provider.ledger',
    ])
      await expect(client.query(act)).rejects.toThrow('only ever added to');
    await expect(client.query('CREATE TABLE public.loot (id int)')).rejects.toThrow('permission denied');

    await client.end();
  });

  it('never ignores keys in production', () => {
    const env = { DATABASE_URL: server.url, NODE_ENV: 'production', PROVIDER_IGNORES_KEYS: '1' };

    expect(() => new ProviderSettings(env)).toThrow('PROVIDER_IGNORES_KEYS');
  });
});
