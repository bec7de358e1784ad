import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { testDatabase, type TestDatabase } from '@banyan/testing';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..');

jest.setTimeout(120_000);

describe('Commands for a shop that is there', () => {
  let server: TestDatabase;

  beforeAll(async () => {
    server = await testDatabase();
    await run('db-prepare');
  });
  afterAll(() => server.drop());

  const run = (command: string, ...words: readonly string[]) => runWith({}, command, ...words);
  const runWith = (env: Record<string, string>, command: string, ...words: readonly string[]) =>
    promisify(execFile)(process.execPath, ['-r', './tools/dev/register.js', `tools/${command}`, ...words], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: server.url, ...env },
    });

  it('put made-up products on sale once, and say how far they are', async () => {
    const first = await run('seed', '--products', '2500');
    const again = await run('seed', '--products', '2500');

    expect(first.stdout).toBe('2500 products are new, 0 were there before\n');
    expect(first.stderr).toMatch(
      /products: \d+ % \(\d+ of 2500\)\n(.*\n)*products: 100 % \(2500 of 2500\)\n/,
    );
    expect(again.stdout).toBe('0 products are new, 2500 were there before\n');
  });

  it('make a history anew, say how far they are, and find no difference afterwards', async () => {
    const orders = new Database({
      context: 'orders',
      url: contextDatabaseUrl('orders', { DATABASE_URL: server.url }),
      poolSize: 1,
    });
    await orders.connect();
    await orders.query(
      `INSERT INTO orders (id, customer_id, status, lines, total_amount, total_currency, address, address_id, payment_token, timeline)
       SELECT gen_random_uuid(), gen_random_uuid(), 'placed', '[]', n, 'EUR', '{}', gen_random_uuid(), 'tok_ok',
              '[{ "at": "2026-11-30T12:00:00.000Z", "what": "placed" }]' FROM generate_series(1, 1200) AS n`,
    );
    await orders.close();

    const made = await run('rebuild', 'orders');
    const checked = await run('rebuild', 'orders', '--check');

    expect(made.stdout).toBe('orders/history: 1200 rows, 1200 differed and are mended\n');
    expect(made.stderr.match(/orders\/history: \d+ % \(\d+ of 1200\)/g)!.length).toBeGreaterThan(1);
    expect(checked.stdout).toBe('orders/history: 1200 rows, 0 differ\n');
  });

  it('move the data of a context to a database of its own and back, and say what was moved', async () => {
    const own = await testDatabase();
    const { pathname } = new URL(own.url);
    const shared = contextDatabaseUrl('shipping', { DATABASE_URL: server.url });
    const env = { SHIPPING_DATABASE_URL: Object.assign(new URL(shared), { pathname }).href };

    const there = await runWith(env, 'db-move', 'shipping');
    const twice = runWith(env, 'db-move', 'shipping');
    await expect(twice).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/were moved to .* before\n$/),
    });
    await expect(run('db-prepare', 'shipping')).rejects.toMatchObject({
      stderr: expect.stringContaining('The data of shipping were moved to') as string,
    });
    const forgotten = await runWith(env, 'db-move', 'shipping', '--forget');
    const back = await runWith(env, 'db-move', 'shipping', '--back');

    const moved =
      /^shipping: \d+ rows of \d+ tables were moved, and each compared\. Nothing could be written for \d+ ms\.\n/;
    expect(there.stdout).toMatch(moved);
    expect(there.stdout).toContain('Processes with this SHIPPING_DATABASE_URL go on with them');
    expect(forgotten.stdout).toMatch(/^shipping: \d+ tables were emptied that a move had left/);
    expect(back.stdout).toMatch(moved);
    await run('db-prepare', 'shipping');
    await own.drop();
  });

  it.each([
    ['db-move', ['shipping'], 'Set SHIPPING_DATABASE_URL to a database of its own for shipping'],
    ['db-move', ['attic'], 'Name one context of catalog, '],
    ['rebuild', ['inventory'], 'inventory keeps no read model; these do: orders, payments'],
    ['seed', ['--products', 'many'], 'write a number from 1 to 9999999'],
    ['messages', ['dead'], 'Name a command and a context'],
    ['messages', ['bury', 'orders'], '"bury" is no command'],
  ])('say what is wrong with %s %j, and fail', async (command, words, sentence) => {
    await expect(run(command, ...words)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(sentence) as string,
    });
  });
});
