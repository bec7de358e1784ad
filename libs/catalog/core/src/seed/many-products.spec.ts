import { messageTables, Outbox } from '@banyan/messaging';
import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { products } from '../adapters/migrations/0001-products';
import { words } from '../adapters/migrations/0002-words';
import { ManyProducts, madeUpProduct } from './many-products';

let catalog: ContextDatabase;
beforeAll(async () => {
  catalog = await contextDatabase({
    name: 'catalog',
    migrations: [messageTables, products, words],
    extensions: ['pg_trgm'],
  });
});
afterAll(() => catalog.drop());

describe('Many made-up products', () => {
  it('are listed and announced once, however often they are put in', async () => {
    const many = new ManyProducts(catalog.database, new Outbox('catalog', () => undefined));
    const progress: number[] = [];

    expect(await many.list(600, (done) => progress.push(done))).toBe(600);
    expect(await many.list(700)).toBe(100);

    expect(progress).toEqual([500, 600]);
    const [counted] = await catalog.database.query(
      'SELECT (SELECT count(*)::int FROM products) AS listed, (SELECT count(DISTINCT key)::int FROM outbox) AS told',
    );
    expect(counted).toEqual({ listed: 700, told: 700 });
  });

  it('are no two alike', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => madeUpProduct(n).name);

    expect(new Set(names).size).toBe(20_000);
  });
});
