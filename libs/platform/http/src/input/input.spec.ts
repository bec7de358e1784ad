import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { httpApp } from '../testing/http-app';
import { decodeCursor, page, type Page } from './page';
import { Money, PageQuery, Quantity, Sku, Uuid } from './values';

const Order = z.strictObject({
  customerId: Uuid,
  items: z.array(z.strictObject({ sku: Sku, quantity: Quantity })).min(1),
  total: Money.optional(),
});

@Controller('orders')
class OrdersController {
  @Post()
  place(@Body({ schema: Order }) order: z.output<typeof Order>) {
    return { order };
  }

  @Get()
  list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const after = decodeCursor(z.strictObject({ n: z.int() }), cursor)?.n ?? 0;
    const rows = Array.from({ length: 5 }, (_, index) => index + 1).filter((n) => n > after);
    return page(rows.slice(0, limit + 1), limit, (n) => ({ n }));
  }

  @Get('raw')
  raw(@Query('q') q: string) {
    return { q };
  }

  @Get(':id')
  one(@Param('id', { schema: Uuid }) id: string) {
    return { id };
  }

  @Post(':id/cancellation')
  @HttpCode(202)
  cancel() {}
}

const shop = () => httpApp([OrdersController]);
const order = { customerId: '0190b6a0-0000-7000-8000-000000000001', items: [{ sku: 'TEA-1', quantity: 1 }] };

async function post(
  payload: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const text = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return (await shop()).inject({ method: 'POST', url: '/api/v1/orders', payload: text, headers });
}

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await shop()).inject({ url: `/api/v1/orders${path}`, headers });

describe('A body', () => {
  it('is read by its schema', async () => {
    const answer = await post({ ...order, customerId: order.customerId.toUpperCase() });

    expect([answer.statusCode, answer.json().order]).toEqual([201, order]);
  });

  it.each([
    ['a wrong type', { ...order, items: 'none' }, 'items'],
    ['a missing field', { items: order.items }, 'customerId'],
    ['a misspelt field', { ...order, itmes: [] }, 'itmes'],
    ['a misspelt inner field', { ...order, items: [{ sku: 'TEA-1', quantity: 1, qty: 1 }] }, 'items.0.qty'],
    ['a quantity of 0', { ...order, items: [{ sku: 'TEA-1', quantity: 0 }] }, 'items.0.quantity'],
    ['a negative quantity', { ...order, items: [{ sku: 'TEA-1', quantity: -1 }] }, 'items.0.quantity'],
    ['a fraction', { ...order, items: [{ sku: 'TEA-1', quantity: 1.5 }] }, 'items.0.quantity'],
    ['a huge quantity', '{"items":[{"sku":"TEA-1","quantity":1e400}]}', 'items.0.quantity'],
    ['an amount beyond integers', { ...order, total: { amount: 2 ** 53, currency: 'EUR' } }, 'total.amount'],
    ['another kind of currency', { ...order, total: { amount: 1, currency: 'euro' } }, 'total.currency'],
    ['a malformed uuid', { ...order, customerId: 'me' }, 'customerId'],
    ['null', 'null', 'body'],
    ['an empty body', '', 'body'],
    ['U+0000', { ...order, customerId: 'a\0' }, 'customerId'],
    ['a key twice', '{"items":[{"sku":"A","sku":"B"}]}', 'items.0.sku'],
    ['__proto__', '{"items":[{"__proto__":{"sku":"A"}}]}', 'items.0.__proto__'],
    ['no JSON', '{"items":', 'body'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'body'],
  ])('with %s is a 400 that names the field', async (_what, payload, field) => {
    const answer = await post(payload);

    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json().errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('that nests too deep is a 400 that says where', async () => {
    const { errors: named } = (await post('{"a":'.repeat(40) + '1' + '}'.repeat(40))).json();

    expect(named).toEqual([{ field: Array(32).fill('a').join('.'), message: 'nests deeper than 32 levels' }]);
  });

  it('of 1 MB is read, and one byte more is a 413', async () => {
    const padded = (bytes: number) => `{"itmes":"${'x'.repeat(bytes - 12)}"}`;

    const [fits, exceeds] = [await post(padded(1_048_576)), await post(padded(1_048_577))];

    expect([fits.statusCode, fits.json().code]).toEqual([400, 'http.invalid-input']);
    expect([exceeds.statusCode, exceeds.json().code]).toEqual([413, 'http.body-too-large']);
  });

  it('with a million mistakes is told twenty of them', async () => {
    const answer = await post({ ...order, items: Array(50_000).fill(0) });

    expect(answer.json().errors).toHaveLength(20);
    expect(answer.json().detail).toMatch(/and 49980 more/);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/xml',
  ])('as %s is a 415', async (type) => {
    const answer = await post('{}', { 'content-type': type });

    expect([answer.statusCode, answer.json().code]).toEqual([415, 'http.unsupported-media-type']);
  });

  it.each(['application/json; charset=UTF-8', 'Application/JSON;charset="utf-8"'])(
    'as %s is read',
    async (type) => {
      expect((await post(order, { 'content-type': type })).statusCode).toBe(201);
    },
  );

  it('may be absent where none is read, even when its type is named', async () => {
    const app = await shop();
    const cancel = { method: 'POST', url: '/api/v1/orders/7/cancellation' } as const;

    expect((await app.inject(cancel)).statusCode).toBe(202);
    expect(
      (await app.inject({ ...cancel, headers: { 'content-type': 'application/json' } })).statusCode,
    ).toBe(202);
  });
});

describe('A parameter', () => {
  it.each([
    ['/not-a-uuid', 'id'],
    [`/${'9'.repeat(5_000)}`, 'id'],
    ['/a%00b', 'id'],
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=1.5', 'limit'],
    ['?limit=0x10', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?limt=5', 'limt'],
    ['/raw?q=%00', 'q'],
    ['/raw?q%00=1', 'q\\u0000'],
    ['/raw?q=1&q=2', 'q'],
    ['?cursor=%00', 'cursor'],
    ['?cursor=nonsense', 'cursor'],
    ['?cursor=', 'cursor'],
    [`?cursor=${Buffer.from('{"n":1,"n":2}').toString('base64url')}`, 'cursor'],
    [`?cursor=${Buffer.from('{"n":"1"}').toString('base64url')}`, 'cursor'],
    [`?cursor=${Buffer.from('{"n":1}').toString('base64url')}*`, 'cursor'],
    [`?cursor=${'a'.repeat(2_000)}`, 'cursor'],
  ])('in %s is a 400 that names %s', async (path, field) => {
    const answer = await get(path);

    expect([answer.statusCode, answer.json().errors?.[0]?.field]).toEqual([400, field]);
  });
});

describe('A list', () => {
  it('is read page by page to its end', async () => {
    const app = await shop();
    const pages: number[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const url: string = `/api/v1/orders?limit=2${cursor && `&cursor=${cursor}`}`;
      const read: Page<number> = (await app.inject(url)).json();
      pages.push(read.items);
      cursor = read.nextCursor;
    }

    expect(pages).toEqual([[1, 2], [3, 4], [5]]);
  });
});
