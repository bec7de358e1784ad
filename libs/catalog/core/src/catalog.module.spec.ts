import { Scenario } from '@banyan/testing';
import {
  ProductChanged,
  ProductListed,
  ProductRetired,
  QuotePrices,
  UnknownSku,
} from '@shop/catalog/contract';
import { randomUUID } from 'node:crypto';
import { CatalogModule } from './catalog.module';
import { aProduct } from './testing/a-product';

let catalog: Scenario;
beforeAll(async () => {
  catalog = await Scenario.of(CatalogModule);
  await catalog.seed();
});
afterAll(() => catalog.stop());

const SAM = { name: 'sam', staff: true };
const list = (body: unknown, key?: string) => catalog.http('POST /products', { as: SAM, body, key });
const skusOf = (body: { items: { sku: string }[] }) => body.items.map(({ sku }) => sku);

describe('A product', () => {
  it('is listed, changed and retired by staff, and each is announced', async () => {
    const mug = aProduct({ sku: 'MUG', name: 'Mug', price: { amount: 2200, currency: 'EUR' } });

    expect(await list(mug)).toMatchObject({ status: 201, body: mug });
    const cheaper = { price: { amount: 1900, currency: 'EUR' } };
    expect(await catalog.http('PATCH /products/MUG', { as: SAM, body: cheaper })).toMatchObject({
      status: 200,
      body: { ...mug, ...cheaper },
    });
    expect(await catalog.http('DELETE /products/MUG', { as: SAM })).toMatchObject({ status: 204 });

    expect(await catalog.published(ProductListed, ({ sku }) => sku === 'MUG')).toMatchObject({ name: 'Mug' });
    expect(await catalog.published(ProductChanged, ({ sku }) => sku === 'MUG')).toMatchObject(cheaper);
    expect(await catalog.published(ProductRetired, ({ sku }) => sku === 'MUG')).toEqual({ sku: 'MUG' });
  });

  it('is found no longer once it is retired, and its SKU stays taken', async () => {
    await list(aProduct({ sku: 'OLD' }));
    await catalog.http('DELETE /products/OLD', { as: SAM });

    expect(await catalog.http('GET /products/OLD')).toMatchObject({ status: 404 });
    expect(await list(aProduct({ sku: 'OLD' }))).toMatchObject({
      status: 409,
      body: { code: 'catalog.sku-taken' },
    });
    expect(await catalog.http('PATCH /products/OLD', { as: SAM, body: { name: 'New' } })).toMatchObject({
      status: 409,
    });
  });

  it('is listed once per idempotency key', async () => {
    const key = randomUUID();
    const cup = aProduct({ sku: 'CUP' });

    const answers = await Promise.all([list(cup, key), list(cup, key)]);

    expect(answers).toEqual([
      { status: 201, body: cup },
      { status: 201, body: cup },
    ]);
  });
});

describe('Quoting prices', () => {
  it('answers for all that is asked for', async () => {
    await list(aProduct({ sku: 'POT', name: 'Pot', price: { amount: 6400, currency: 'EUR' } }));

    expect(await catalog.ask(QuotePrices, { skus: ['POT'] })).toEqual({
      quotes: [{ sku: 'POT', name: 'Pot', price: { amount: 6400, currency: 'EUR' } }],
    });
  });

  it('or for none: it names what is unknown or retired', async () => {
    await list(aProduct({ sku: 'PAN' }));
    await list(aProduct({ sku: 'PIT' }));
    await catalog.http('DELETE /products/PIT', { as: SAM });

    const asking = catalog.ask(QuotePrices, { skus: ['PAN', 'PIT', 'UNICORN'] });

    await expect(asking).rejects.toThrow(UnknownSku);
    await expect(asking).rejects.toMatchObject({ details: { skus: ['PIT', 'UNICORN'] } });
  });
});

describe('Browsing', () => {
  it('shows a shop that is filled: page by page, by category, by words and in spite of slips', async () => {
    const page = (await catalog.http('GET /products?limit=3')).body;
    const next = (await catalog.http(`GET /products?limit=3&cursor=${page.nextCursor}`)).body;
    const chocolate = (await catalog.http('GET /products?category=chocolate')).body;

    expect(new Set([...skusOf(page), ...skusOf(next)]).size).toBe(6);
    expect(chocolate.items).toHaveLength(7);
    expect(chocolate.nextCursor).toBeNull();
    expect(skusOf((await catalog.http('GET /products?q=grassy+tea')).body)).toEqual(['TEA-SENCHA-100']);
    expect(skusOf((await catalog.http('GET /products?q=gianduya')).body)).toEqual(['CHO-HAZELNUT']);
    expect((await catalog.http('GET /categories')).body.items).toHaveLength(8);
  });

  it('is filled once', async () => {
    await catalog.seed();

    expect((await catalog.http('GET /products?category=coffee')).body.items).toHaveLength(7);
  });
});

describe('Refused by name, with nothing kept, is', () => {
  it.each([
    ['sku', { sku: 'lower' }],
    ['sku', { sku: 'S'.repeat(33) }],
    ['name', { name: '' }],
    ['name', { name: 'N'.repeat(121) }],
    ['name', { name: 'a\u0000b' }],
    ['name', { name: 7 }],
    ['category', { category: 'Tea Ware' }],
    ['price.amount', { price: { amount: -1, currency: 'EUR' } }],
    ['price.amount', { price: { amount: 1.5, currency: 'EUR' } }],
    ['price.amount', { price: { amount: 100_000_001, currency: 'EUR' } }],
    ['price.currency', { price: { amount: 1, currency: 'USD' } }],
    ['price', { price: 12 }],
    ['colour', { colour: 'red' }],
  ])('%s of the product %j', async (field, but) => {
    const answer = await list({ ...aProduct({ sku: 'REFUSED' }), ...but });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect(await catalog.http('GET /products/REFUSED')).toMatchObject({ status: 404 });
  });

  it.each([
    'cursor=%20',
    'cursor=bm9wZQ',
    'limit=0',
    'limit=101',
    'limit=two',
    'q=',
    'q=a%00b',
    'category=A',
    'page=2',
  ])('the query ?%s', async (query) => {
    expect(await catalog.http(`GET /products?${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ field: query.split('=')[0] }] },
    });
  });

  it('a cursor of another list', async () => {
    const { nextCursor } = (await catalog.http('GET /products?limit=1')).body;

    expect(await catalog.http(`GET /products?q=tea&cursor=${nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'http.malformed-cursor' },
    });
  });

  it('a change of nothing', async () => {
    expect(await catalog.http('PATCH /products/TEA-MINT-50', { as: SAM, body: {} })).toMatchObject({
      status: 400,
    });
  });

  it('a product from a customer', async () => {
    expect(
      await catalog.http('POST /products', { as: 'ann', body: aProduct({ sku: 'MINE' }) }),
    ).toMatchObject({
      status: 403,
    });
  });
});
