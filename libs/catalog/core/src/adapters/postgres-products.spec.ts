import { contextDatabaseUrl, Database, type Migration, prepareDatabases } from '@banyan/persistence';
import { contextDatabase, type ContextDatabase, testDatabase } from '@banyan/testing';
import { Product } from '../domain/product';
import { ProductNotFound, SkuTaken } from '../domain/product-errors';
import type { Place } from '../domain/showcase';
import { aProduct } from '../testing/a-product';
import { products as productsMigration } from './migrations/0001-products';
import { words } from './migrations/0002-words';
import { PostgresProducts } from './postgres-products';
import { PostgresShowcase } from './postgres-showcase';
import { ProductTable } from './product-table';

let catalog: ContextDatabase;
let products: PostgresProducts;
let showcase: PostgresShowcase;

beforeAll(async () => {
  catalog = await contextDatabase({
    name: 'catalog',
    migrations: [productsMigration, words],
    tables: [ProductTable],
    extensions: ['pg_trgm'],
  });
  products = new PostgresProducts(catalog.database);
  showcase = new PostgresShowcase(catalog.database);
});
afterAll(() => catalog.drop());
beforeEach(async () => {
  await catalog.database.query('DELETE FROM products');
  await catalog.database.query('DELETE FROM words');
});

const list = (...given: Parameters<typeof aProduct>[0][]) =>
  catalog.database.run(async () => {
    for (const product of given) await products.add(Product.list(aProduct(product)));
  });
const change = (sku: string, act: (product: Product) => void) =>
  catalog.database.run(() => products.change(sku, act));

describe('Products in PostgreSQL', () => {
  it('are shown as they were listed', async () => {
    await list(aProduct({ sku: 'MUG' }));

    expect(await showcase.find(['MUG', 'NONE'])).toEqual([aProduct({ sku: 'MUG' })]);
  });

  it('are listed once per SKU, without harm to the rest of the transaction', async () => {
    await list({ sku: 'MUG', name: 'First' });

    await expect(list({ sku: 'MUG', name: 'Second' })).rejects.toThrow(SkuTaken);

    expect(await showcase.find(['MUG'])).toMatchObject([{ name: 'First' }]);
  });

  it('are changed one after the other, so that no change is lost', async () => {
    await list({ sku: 'MUG', price: { amount: 0, currency: 'EUR' } });
    const raise = (product: Product) => {
      const { price } = product.snapshot();
      product.change({ price: { ...price, amount: price.amount + 1 } });
    };

    await Promise.all(Array.from({ length: 20 }, () => change('MUG', raise)));

    expect(await showcase.find(['MUG'])).toMatchObject([{ price: { amount: 20 } }]);
  });

  it('that never were cannot be changed', async () => {
    await expect(change('NONE', (product) => product.retire())).rejects.toThrow(ProductNotFound);
  });
});

describe('Browsing', () => {
  it('pages through everything in order of name, each product once', async () => {
    await list(...[5, 3, 1, 4, 2].map((n) => ({ sku: `SKU-${n}`, name: n < 3 ? 'The same' : `Thing ${n}` })));

    expect(await allPages({ limit: 2 })).toEqual(['SKU-1', 'SKU-2', 'SKU-3', 'SKU-4', 'SKU-5']);
  });

  it('leaves out what is retired, and other categories when one is asked for', async () => {
    await list(
      { sku: 'MUG', category: 'home' },
      { sku: 'TEA', category: 'tea' },
      { sku: 'OLD', category: 'tea' },
    );
    await change('OLD', (product) => product.retire());

    expect(await allPages({ limit: 9, category: 'tea' })).toEqual(['TEA']);
    expect(await showcase.find(['OLD'])).toEqual([]);
    expect(await showcase.categories()).toEqual([
      { category: 'home', products: 1 },
      { category: 'tea', products: 1 },
    ]);
  });
});

describe('Searching', () => {
  beforeEach(() =>
    list(
      { sku: 'SENCHA', name: 'Sencha', description: 'Steamed green tea from Japan.' },
      { sku: 'POT', name: 'Teapot', description: 'For tea of all kinds.', category: 'brewing' },
      { sku: 'CUP', name: 'Cups for tea', description: 'A set of six.', category: 'brewing' },
      { sku: 'MUG', name: 'Mug', description: 'For coffee.', category: 'home' },
    ),
  );

  it('finds words in any form, those in the name first', async () => {
    const found = await allPages({ words: 'teas', limit: 9 });

    expect(found[0]).toBe('CUP');
    expect([...found].sort()).toEqual(['CUP', 'POT', 'SENCHA']);
  });

  it('pages through what it found, each product once', async () => {
    expect(await allPages({ words: 'tea', limit: 1 })).toEqual(await allPages({ words: 'tea', limit: 9 }));
  });

  it('finds by likeness what is misspelt, and pages through that too', async () => {
    await list({ sku: 'SENCHA-2', name: 'Sencha' });

    expect(await allPages({ words: 'sensha', limit: 1 })).toEqual(['SENCHA', 'SENCHA-2']);
  });

  it('forgives two letters that changed places, in short words too', async () => {
    expect(await allPages({ words: 'mgu', limit: 9 })).toEqual(['MUG']);
    expect(await allPages({ words: 'Coffe mgu', limit: 9 })).toEqual(['MUG']);
  });

  it('forgives slips in all that is said of a product, the name weighing most', async () => {
    await list({ sku: 'WHISK', name: 'Whisk', description: 'Of split bamboo.' });
    await list({ sku: 'BAMBOO', name: 'Bamboo tray', description: 'For cups.' });

    expect(await allPages({ words: 'bambbo', limit: 9 })).toEqual(['BAMBOO', 'WHISK']);
  });

  it('wants all that was typed, where that is known, beside what was misspelt', async () => {
    expect(await allPages({ words: 'tea stemed', limit: 9 })).toEqual(['SENCHA']);
    expect(await allPages({ words: 'cofee stemed', limit: 9 })).toEqual([]);
    expect(await allPages({ words: 'stemed -tea', limit: 9 })).toEqual([]);
    expect(await allPages({ words: '"gren tea"', limit: 9 })).toEqual(['SENCHA']);
    expect(await allPages({ words: '"tea gren"', limit: 9 })).toEqual([]);
  });

  it('passes over what is like nothing, as long as something is left', async () => {
    expect(await allPages({ words: 'sencah 4711', limit: 9 })).toEqual(['SENCHA']);
    expect(await allPages({ words: 'qqqq -4711', limit: 9 })).toEqual([]);
  });

  it('finds what is misspelt in the category asked for only', async () => {
    expect(await allPages({ words: 'tepot', category: 'home', limit: 9 })).toEqual([]);
    expect(await allPages({ words: 'tepot', category: 'brewing', limit: 9 })).toEqual(['POT']);
  });

  it('never takes a slip for a word of what is sold no longer', async () => {
    await list({ sku: 'TEPOT', name: 'Tepot' });
    expect(await allPages({ words: 'tepot', limit: 9 })).toEqual(['TEPOT']);

    await change('TEPOT', (product) => product.retire());

    expect(await allPages({ words: 'tepot', limit: 9 })).toEqual(['POT']);
  });

  it('knows the words of a product since it was changed', async () => {
    await change('MUG', (product) => product.change({ name: 'Tankard' }));

    expect(await allPages({ words: 'tnakard', limit: 9 })).toEqual(['MUG']);
    expect(await allPages({ words: 'mgu', limit: 9 })).toEqual([]);
  });

  it('forgets the words of a product that was never listed', async () => {
    const listing = catalog.database.run(async () => {
      await products.add(Product.list(aProduct({ sku: 'TANKARD', name: 'Tankard' })));
      throw new Error('given up');
    });
    await expect(listing).rejects.toThrow('given up');

    expect(await catalog.database.query(`SELECT word FROM words WHERE word = 'tankard'`)).toEqual([]);
  });

  it('takes whatever a person types', async () => {
    for (const words of [
      `'; DROP TABLE products; --`,
      '"unclosed',
      '& | ! ( )',
      '%',
      '-',
      '\\',
      '🍵',
      'caffé naïf',
      '-sencah',
      'a/b c:d/e.f',
      "l'eau qu''une",
      '"sencah -" or mgu',
    ]) {
      await expect(allPages({ words, limit: 9 })).resolves.toBeDefined();
    }
  });

  it('finds nothing where nothing is alike', async () => {
    expect(await allPages({ words: 'locomotive', limit: 9 })).toEqual([]);
  });
});

describe('Products listed before their words were kept', () => {
  it('are found in spite of slips, and so are those that code of before lists or changes', async () => {
    const server = await testDatabase();
    const env = { DATABASE_URL: server.url };
    const release = (...migrations: Migration[]) =>
      prepareDatabases([{ name: 'catalog', migrations, extensions: ['pg_trgm'] }], env);
    const database = new Database({ context: 'catalog', url: contextDatabaseUrl('catalog', env) });
    const list = (sku: string, name: string) =>
      database.query(
        `INSERT INTO products (sku, name, description, category, price_amount, price_currency)
         VALUES ($1, $2, '', 'home', 100, 'EUR')`,
        [sku, name],
      );
    const found = async (words: string) =>
      (await new PostgresShowcase(database).browse({ words, limit: 9 })).map(({ sku }) => sku);

    await release(productsMigration);
    await database.connect();
    await list('MUG', 'Mug');
    await release(productsMigration, words);
    await list('POT', 'Teapot');
    await database.query(`UPDATE products SET name = 'Tankard' WHERE sku = 'POT'`);

    expect(await Promise.all(['mgu', 'tnakard', 'tepot'].map(found))).toEqual([['MUG'], ['POT'], []]);
    await database.close();
    await server.drop();
  });
});

/** The SKUs of all pages, one after the other. */
async function allPages(search: { words?: string; category?: string; limit: number }): Promise<string[]> {
  const skus: string[] = [];
  let after: Place | undefined;
  for (;;) {
    const found = await showcase.browse({ ...search, after });
    skus.push(...found.map(({ sku }) => sku));
    if (found.length < search.limit) return skus;
    after = found.at(-1)!.place;
  }
}
