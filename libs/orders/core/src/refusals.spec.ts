import { randomUUID } from 'node:crypto';
import { NOWHERE } from './testing/orders';
import { DETAILS, type OrdersScenario, ordersScenario } from './testing/orders-scenario';

let shop: OrdersScenario;
let orders: OrdersScenario['scenario'];
let prices: Record<string, number>;

beforeAll(async () => {
  prices = {};
  shop = await ordersScenario(prices);
  orders = shop.scenario;
});
afterAll(() => orders.stop());
beforeEach(async () => {
  prices['MUG'] = 2200;
  await orders.http('DELETE /cart/items/MUG', { as: 'ann' });
});

describe('Refused by name, with nothing kept, is', () => {
  const naming = (field: string) => ({
    status: 400,
    body: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
  });

  it.each([0, -1, 1.5, 1000, 1e21, '2', null, true, [], {}])('quantity %j', async (quantity) => {
    expect(await shop.put('MUG', quantity)).toMatchObject(naming('quantity'));
    expect(await shop.cart()).toEqual([]);
  });

  it.each(['UNICORN', 'mug', '-', 'A%00B', 'A'.repeat(33)])('SKU %s', async (sku) => {
    expect(await shop.put(sku, 1)).toMatchObject(naming('sku'));
    expect(await shop.cart()).toEqual([]);
  });

  it.each([
    '{"quantity":1,"quantity":2}',
    '{"quantity":1,"__proto__":{}}',
    '[[[[[[]]]]]]',
    '{"quantity":1',
    '7',
  ])('the body %s', async (body) => {
    const answer = await orders.http('PUT /cart/items/MUG', { as: 'ann', body });

    expect(answer.status).toBe(400);
    expect(await shop.cart()).toEqual([]);
  });

  it.each([
    ['addressId', { addressId: 'no-uuid' }],
    ['addressId', { addressId: undefined }],
    ['addressId', { addressId: NOWHERE }],
    ['paymentToken', { paymentToken: '' }],
    ['paymentToken', { paymentToken: 'tok\u0000' }],
    ['expectedTotal.amount', { expectedTotal: { amount: 1.5, currency: 'EUR' } }],
    ['expectedTotal.currency', { expectedTotal: { amount: 2200, currency: 'USD' } }],
    ['expectedTotal.currency', { expectedTotal: { amount: 2200, currency: 'euro' } }],
    ['discount', { discount: 100 }],
  ])('%s of the order %j', async (field, but) => {
    await shop.put('MUG', 1);

    expect(await shop.order({ body: { ...DETAILS, ...but } })).toMatchObject(naming(field));

    expect(await shop.cart()).toEqual([{ sku: 'MUG', quantity: 1 }]);
  });

  it('an order without an idempotency key, or with the key of another one', async () => {
    const key = randomUUID();
    await shop.put('MUG', 1);
    await shop.order({ key });
    await shop.put('MUG', 1);

    expect(await shop.order({ key: undefined })).toMatchObject(naming('Idempotency-Key'));
    expect(await shop.order({ key, body: { ...DETAILS, paymentToken: 'tok_other' } })).toMatchObject({
      status: 422,
    });
    expect(await shop.cart()).toHaveLength(1);
  });

  it('an order of what was retired meanwhile', async () => {
    await shop.put('MUG', 1);
    delete prices['MUG'];

    expect(await shop.order()).toMatchObject({
      status: 400,
      body: { code: 'orders.not-on-sale', skus: ['MUG'] },
    });
  });

  it('an order at a price that changed meanwhile: the answer says the new one', async () => {
    await shop.put('MUG', 2);

    const answer = await shop.order({
      body: { ...DETAILS, expectedTotal: { amount: 4300, currency: 'EUR' } },
    });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'orders.price-changed', total: { amount: 4400, currency: 'EUR' } },
    });
  });

  it.each([
    'GET /orders/no-uuid',
    'GET /orders?cursor=no-cursor',
    'GET /orders?limit=0',
    'GET /orders?offset=1',
  ])('is %s', async (what) => {
    expect(await orders.http(what, { as: 'ann' })).toMatchObject({ status: 400 });
  });

  it('anything without a token', async () => {
    expect(await orders.http('GET /cart')).toMatchObject({ status: 401 });
  });
});
