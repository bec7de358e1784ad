import { Outbox } from '@banyan/messaging';
import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { ManyProducts } from '@shop/catalog';
import { parseArgs } from 'node:util';
import { onSomeDatabase } from './development-database';
import { Progress } from './progress';

const USAGE = `npm run seed -- --products <n>

Puts n made-up products on sale, for trying the shop at scale; those that are there already are left alone. Each is
announced as any other, so that inventory opens a stock for it. (The first products, stock and accounts come with SEED=1.)
Works on DATABASE_URL or CATALOG_DATABASE_URL, of a shop that was started or prepared before, otherwise on what this
checkout serves.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, products: { type: 'string' } },
  });
  if (values.help || values.products === undefined) return console.log(USAGE);
  const count = Number(values.products);
  if (!Number.isInteger(count) || count < 1 || count > 9_999_999)
    throw new Error(`--products is "${values.products}"; write a number from 1 to 9999999`);

  await onSomeDatabase('catalog', () => list(count));
}

async function list(count: number): Promise<void> {
  const database = new Database({
    context: 'catalog',
    url: contextDatabaseUrl('catalog', process.env),
    poolSize: 2,
  });
  await database.connect();
  try {
    const tell = () =>
      void database.query(`SELECT pg_notify('banyan_catalog', 'outbox')`).catch(() => undefined);
    const bar = new Progress('products');
    const listed = await new ManyProducts(database, new Outbox('catalog', tell)).list(count, (done) =>
      bar.at(done, count),
    );
    console.log(`${listed} products are new, ${count - listed} were there before`);
  } finally {
    await database.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
