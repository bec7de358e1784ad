import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { operationsOf } from './fuzz/requests';
import { aProduct, order, paymentThatIs } from './shop/buying';
import { Shop } from './shop/start-shop';
import { stored } from './shop/stored';
import type { Answer, Visitor } from './shop/visitor';

jest.setTimeout(60_000);

const MOST_BYTES = 1_048_576;
const PRODUCT = {
  sku: 'BAD-INPUT-1',
  name: 'Thing',
  description: 'A thing.',
  category: 'things',
  price: { amount: 100, currency: 'EUR' },
};
/** Of no use to anybody, so that whatever gets through changes nothing. */
const NOBODYS = '018f0000-0000-7000-8000-00000000dead';
const HOME = { name: 'Ann', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };
const NEWCOMER = { email: 'newcomer@example.com', password: 'correct horse battery', name: 'Newcomer' };
const REFUND = { amount: { amount: 100, currency: 'EUR' }, reason: 'Sorry for the dent' };

let shop: Shop;
let anybody: Visitor;
let ann: Visitor;
let staff: Visitor;
let retired: string;
let before: Record<string, string>;

beforeAll(async () => {
  shop = await Shop.open();
  anybody = shop.anybody();
  ann = await shop.as('ann');
  staff = await shop.as('sam', { staff: true });
  retired = await aProduct(staff, { pieces: 5 });
  await staff.delete(`/products/${retired}`);
  await ann.put('/cart/items/TEA-MINT-50', { quantity: 1 });
  await shop.quiet();
  before = await stored(shop);
});

/** Whatever was refused left no trace. */
const leftNoTrace = async () => expect(await stored(shop)).toEqual(before);

afterAll(async () => {
  const ends = await shop?.stop();
  await shop?.close();
  expect(ends).toMatchObject([{ code: 0, left: false, faults: [] }]);
});

/** What an operation takes when it is well used; the tests spoil one thing at a time. */
interface Operation {
  readonly who: () => Visitor;
  readonly method: string;
  readonly path: string;
  readonly body?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  /** What looks wrong and is right, by field: of a password every character counts. */
  readonly right?: Readonly<Record<string, unknown>>;
}

const WITH_BODY: readonly (readonly [string, Operation])[] = [
  ['listing a product', { who: () => staff, method: 'POST', path: '/products', body: PRODUCT }],
  [
    'changing a product',
    { who: () => staff, method: 'PATCH', path: '/products/TEA-MINT-50', body: { name: 'Mint' } },
  ],
  [
    'receiving stock',
    { who: () => staff, method: 'POST', path: '/stock/TEA-MINT-50/receipts', body: { quantity: 1 } },
  ],
  [
    'filling the cart',
    { who: () => ann, method: 'PUT', path: '/cart/items/TEA-MINT-50', body: { quantity: 2 } },
  ],
  [
    'ordering',
    {
      who: () => ann,
      method: 'POST',
      path: '/orders',
      body: { addressId: NOBODYS, paymentToken: 'tok_ok' },
      headers: { 'Idempotency-Key': 'bad-input' },
    },
  ],
  [
    'registering',
    {
      who: () => anybody,
      method: 'POST',
      path: '/users',
      body: NEWCOMER,
    },
  ],
  [
    'signing in',
    {
      who: () => anybody,
      method: 'POST',
      path: '/auth/login',
      body: { email: NEWCOMER.email, password: NEWCOMER.password },
      right: { password: ' ' },
    },
  ],
  ...['refresh', 'logout'].map((name): [string, Operation] => [
    `asking for ${name}`,
    {
      who: () => anybody,
      method: 'POST',
      path: `/auth/${name}`,
      body: { refreshToken: 'never given' },
      right: { refreshToken: ' ' },
    },
  ]),
  ['changing one’s profile', { who: () => ann, method: 'PATCH', path: '/users/me', body: { name: 'Anna' } }],
  [
    'choosing preferences',
    {
      who: () => ann,
      method: 'PUT',
      path: '/users/me/preferences',
      body: { orderMails: false },
      right: { orderMails: true },
    },
  ],
  ['adding an address', { who: () => ann, method: 'POST', path: '/users/me/addresses', body: HOME }],
  [
    'refunding',
    {
      who: () => staff,
      method: 'POST',
      path: `/payments/${NOBODYS}/refunds`,
      body: REFUND,
      headers: { 'Idempotency-Key': 'bad-input' },
    },
  ],
];

const WITHOUT_BODY: readonly (readonly [string, Operation])[] = [
  ['cancelling an order', { who: () => ann, method: 'POST', path: `/orders/${NOBODYS}/cancellation` }],
  ['emptying the cart', { who: () => ann, method: 'DELETE', path: '/cart/items/CHO-DARK-70' }],
  ['retiring a product', { who: () => staff, method: 'DELETE', path: '/products/NO-SUCH' }],
  ['removing an address', { who: () => ann, method: 'DELETE', path: `/users/me/addresses/${NOBODYS}` }],
  ['having books compared', { who: () => staff, method: 'POST', path: '/payments/reconciliations' }],
  ...['dispatch', 'delivery', 'loss'].map((step): [string, Operation] => [
    `telling of the ${step} of a shipment`,
    { who: () => staff, method: 'POST', path: `/shipments/${NOBODYS}/${step}` },
  ]),
];

/** Optional, so that it may be left out. */
const OPTIONAL = ['reason'];

const send = ({ who, method, path, body, headers }: Operation, spoilt: unknown = body, more = {}) =>
  who().ask(method, path, { body: spoilt, headers: { ...headers, ...more } });

/** A problem document that names the field, or at least tells what is wrong. */
function expectProblem(answer: Answer, status: number, code: string | RegExp, field?: string | RegExp): void {
  expect({ status: answer.status, code: answer.body.code, body: answer.body }).toMatchObject({
    status,
    code: typeof code === 'string' ? code : expect.stringMatching(code),
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  if (field === undefined) return;
  const fields = answer.body.errors?.map((error: { field: string }) => error.field) ?? [];
  expect(fields).toContainEqual(typeof field === 'string' ? field : expect.stringMatching(field));
}

it('is tried on every operation that writes', async () => {
  const { operations } = operationsOf((await anybody.get('//docs-json')).body);
  const named = ({ method, path }: Pick<Operation, 'method' | 'path'>) =>
    `${method} ${path.replaceAll(/\{\w+\}|[A-Z]{3}[A-Z0-9-]+|NO-SUCH|018f[0-9a-f-]+/g, '*')}`;
  const tried = (list: typeof WITH_BODY) => list.map(([, operation]) => named(operation)).sort();

  const writing = operations
    .filter(({ method }) => method !== 'GET')
    .map(({ path, ...rest }) => ({ ...rest, path: path.replace('/api/v1', '') }));
  expect(tried(WITH_BODY)).toEqual(
    writing
      .filter(({ body }) => body)
      .map(named)
      .sort(),
  );
  expect(tried(WITHOUT_BODY)).toEqual(
    writing
      .filter(({ body }) => !body)
      .map(named)
      .sort(),
  );
});

const nested = (levels: number, open: string, close: string) =>
  open.repeat(levels) + '1' + close.repeat(levels);

describe.each([...WITH_BODY, ...WITHOUT_BODY])('A body that says nothing clear, when %s,', (_, operation) => {
  afterAll(leftNoTrace);

  it.each([
    ['no JSON', '{"quantity":', 'http.malformed-json', 'body'],
    ['text after the JSON', '{"quantity":1} x', 'http.malformed-json', 'body'],
    ['a number that is none', '{"quantity":NaN}', 'http.malformed-json', 'body'],
    ['the same key twice', '{"quantity":1,"quantity":2}', 'http.duplicate-key', 'quantity'],
    [
      'the same key twice, once escaped',
      '{"quantity":1,"\\u0071uantity":2}',
      'http.duplicate-key',
      'quantity',
    ],
    ['the same key twice, deep down', '{"a":[{"b":1,"b":1}]}', 'http.duplicate-key', 'a.0.b'],
    ['__proto__', '{"__proto__":{"quantity":1}}', 'http.forbidden-key', '__proto__'],
    [
      'constructor.prototype',
      '{"constructor":{"prototype":{}}}',
      'http.forbidden-key',
      'constructor.prototype',
    ],
    ['U+0000 in text', '{"name":"a\\u0000b"}', 'http.forbidden-character', 'name'],
    ['U+0000 in a key', '{"na\\u0000me":1}', 'http.forbidden-character', /^na/],
    ['half a character', '{"name":"\\ud83d"}', 'http.forbidden-character', 'name'],
    ['arrays 100 deep', nested(100, '[', ']'), 'http.too-deep', /.*/],
    ['objects 33 deep', nested(33, '{"a":', '}'), 'http.too-deep', /^a\.a/],
    ['arrays 100,000 deep', nested(100_000, '[', ']'), /^http\.(too-deep|malformed-json)$/, /.*/],
  ])('is refused: %s', async (_, text, code, field) => {
    expectProblem(await send(operation, text), 400, code, field);
  });

  it('is refused when it weighs 1 MB and a byte', async () => {
    const heavy = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;

    expectProblem(await send(operation, heavy(MOST_BYTES + 1)), 413, 'http.body-too-large');
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=utf-16', 415],
    ['application/jsonp', 415],
  ])('is refused as %s', async (type, status) => {
    const answer = await send(operation, { quantity: 1 }, { 'content-type': type });

    expectProblem(answer, status, 'http.unsupported-media-type');
  });
});

describe.each(WITH_BODY)('A body of the wrong shape, when %s,', (_, operation) => {
  afterAll(leftNoTrace);

  it.each([['[]'], ['null'], ['7'], ['"text"'], ['true'], ['']])('is refused: %s', async (text) => {
    expectProblem(await send(operation, text), 400, 'http.invalid-input', /.+/);
  });

  it('is refused for what it says, not for its weight, when it weighs 1 MB', async () => {
    const answer = await send(operation, `{"name":"${'x'.repeat(MOST_BYTES - 11)}"}`);

    expectProblem(answer, 400, 'http.invalid-input', /.+/);
  });

  it('is refused, by name, for a field that nobody knows', async () => {
    const answer = await send(operation, { ...operation.body, colour: 'red' });

    expectProblem(answer, 400, 'http.invalid-input', 'colour');
  });

  it('is refused for the wrong type of any field, and for its absence', async () => {
    for (const field of Object.keys(operation.body!)) {
      for (const wrong of [null, true, 1.5, -1, [], [1], {}, { amount: '1' }, '', ' ', 'x'.repeat(5000)]) {
        if (operation.right?.[field] === wrong) continue;
        const answer = await send(operation, { ...operation.body, [field]: wrong });
        expectProblem(answer, 400, /invalid-input|out-of-range/, new RegExp(`^${field}(\\.|$)`));
      }
      if (OPTIONAL.includes(field) || operation.path.startsWith('/products/')) continue;
      const { [field]: _left, ...rest } = operation.body!;
      expectProblem(await send(operation, rest), 400, 'http.invalid-input', field);
    }
  });
});

describe('A quantity', () => {
  afterAll(leftNoTrace);

  const impossible = [
    ['0', '0'],
    ['negative', '-1'],
    ['fractional', '1.5'],
    ['of more than there can be', '1000001'],
    ['huge', '9007199254740993'],
    ['huger', '1e21'],
    ['endless', '1e999'],
    ['text', '"2"'],
    ['nothing', 'null'],
  ] as const;

  it.each(impossible)('that is %s is refused in the cart', async (_, quantity) => {
    expectProblem(
      await ann.put('/cart/items/TEA-MINT-50', `{"quantity":${quantity}}`),
      400,
      'http.invalid-input',
      'quantity',
    );
  });

  it.each(impossible)('that is %s is refused in a delivery', async (_, quantity) => {
    expectProblem(
      await staff.post('/stock/TEA-MINT-50/receipts', `{"quantity":${quantity}}`),
      400,
      'http.invalid-input',
      'quantity',
    );
  });
});

describe('A price', () => {
  afterAll(leftNoTrace);

  it.each([
    [{ amount: 100, currency: 'USD' }, 'catalog.foreign-currency', 'price.currency'],
    [{ amount: 100, currency: 'eur' }, 'http.invalid-input', 'price.currency'],
    [{ amount: 100, currency: 'EURO' }, 'http.invalid-input', 'price.currency'],
    [{ amount: 100 }, 'http.invalid-input', 'price.currency'],
    [{ amount: -1, currency: 'EUR' }, 'http.invalid-input', 'price.amount'],
    [{ amount: 0.5, currency: 'EUR' }, 'http.invalid-input', 'price.amount'],
    [{ amount: 1e15, currency: 'EUR' }, 'http.invalid-input', 'price.amount'],
    [{ amount: '100', currency: 'EUR' }, 'http.invalid-input', 'price.amount'],
    [{ amount: 100, currency: 'EUR', tax: 19 }, 'http.invalid-input', 'price.tax'],
  ])('of %j is refused', async (price, code, field) => {
    expectProblem(await staff.post('/products', { ...PRODUCT, price }), 400, code, field);
    expectProblem(await staff.patch('/products/TEA-MINT-50', { price }), 400, code, field);
  });

  it('of another currency is refused as the total that is expected', async () => {
    const expectedTotal = { amount: 640, currency: 'USD' };
    const answer = await ann.post(
      '/orders',
      { ...ann.delivery, expectedTotal },
      { 'Idempotency-Key': randomUUID() },
    );

    expectProblem(answer, 400, 'orders.foreign-currency', 'expectedTotal.currency');
  });
});

describe('A refund', () => {
  afterAll(leftNoTrace);

  it.each([
    [{ amount: 0, currency: 'EUR' }, 400, 'http.invalid-input', 'amount.amount'],
    [{ amount: -100, currency: 'EUR' }, 400, 'http.invalid-input', 'amount.amount'],
    [{ amount: 0.5, currency: 'EUR' }, 400, 'http.invalid-input', 'amount.amount'],
    [{ amount: 1e21, currency: 'EUR' }, 400, 'http.invalid-input', 'amount.amount'],
    [{ amount: 100, currency: 'EURO' }, 400, 'http.invalid-input', 'amount.currency'],
    [{ amount: 100, currency: 'EUR', to: 'me' }, 400, 'http.invalid-input', 'amount.to'],
    [{ amount: 100, currency: 'EUR' }, 404, 'payments.payment-not-found', undefined],
    [{ amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' }, 404, 'payments.payment-not-found', undefined],
  ])('of %j is refused', async (amount, status, code, field) => {
    const headers = { 'Idempotency-Key': randomUUID() };

    const answer = await staff.post(`/payments/${NOBODYS}/refunds`, { ...REFUND, amount }, headers);

    expectProblem(answer, status, code, field);
  });
});

describe('An e-mail address', () => {
  afterAll(leftNoTrace);

  it.each([
    'ann',
    '@example.com',
    'ann@',
    'ann@example',
    'ann@@example.com',
    'ann@example..com',
    'ann @example.com',
    'ann@exa mple.com',
    'ann@example.com\r\nBcc: all@example.com',
    'ann@example.com,bob@example.com',
    'Ann <ann@example.com>',
    '"ann"@example.com',
    'änn@example.com',
    'ann@exämple.com',
    `${'a'.repeat(65)}@example.com`,
    `ann@${'a.'.repeat(130)}com`,
    `ann@${'a'.repeat(64)}.com`,
  ])('written as %j is nobody’s', async (email) => {
    const password = 'correct horse battery';

    expectProblem(
      await anybody.post('/users', { email, password, name: 'Ann' }),
      400,
      'http.invalid-input',
      'email',
    );
    expectProblem(await anybody.post('/auth/login', { email, password }), 400, 'http.invalid-input', 'email');
  });
});

describe('A SKU', () => {
  afterAll(leftNoTrace);

  const strange = [
    'tea-mint-50',
    'TEA_MINT',
    '-TEA',
    'TEA-',
    'T'.repeat(33),
    '%20',
    'T%C3%89A',
    '%F0%9F%8D%B5',
    '__proto__',
    '..%2F..',
    "'%20OR%201=1--",
    '%',
    '%zz',
    'A%00B',
  ];

  it.each(strange)('written as %s is refused everywhere', async (sku) => {
    const answers = [
      await anybody.get(`/products/${sku}`),
      await staff.patch(`/products/${sku}`, { name: 'Mint' }),
      await staff.delete(`/products/${sku}`),
      await anybody.get(`/stock/${sku}`),
      await staff.post(`/stock/${sku}/receipts`, { quantity: 1 }),
      await ann.put(`/cart/items/${sku}`, { quantity: 1 }),
      await ann.delete(`/cart/items/${sku}`),
    ];

    const wellEncoded = !/%(?![0-9A-F]{2})/i.test(sku);
    for (const answer of answers)
      expectProblem(
        answer,
        400,
        /invalid-input|forbidden-character|malformed-url/,
        wellEncoded ? 'sku' : undefined,
      );
  });

  it('that nobody sells is refused, by name', async () => {
    expectProblem(await ann.put('/cart/items/NO-SUCH', { quantity: 1 }), 400, 'orders.not-on-sale', 'sku');
    expectProblem(
      await staff.post('/stock/NO-SUCH/receipts', { quantity: 1 }),
      400,
      'inventory.not-on-sale',
      'sku',
    );
    expectProblem(await anybody.get('/products/NO-SUCH'), 404, 'catalog.product-not-found');
    expectProblem(await staff.patch('/products/NO-SUCH', { name: 'x' }), 404, 'catalog.product-not-found');
  });

  it('that was retired is refused, by name', async () => {
    expectProblem(await ann.put(`/cart/items/${retired}`, { quantity: 1 }), 400, 'orders.not-on-sale', 'sku');
    expectProblem(
      await staff.post(`/stock/${retired}/receipts`, { quantity: 1 }),
      400,
      'inventory.not-on-sale',
      'sku',
    );
    expectProblem(await anybody.get(`/products/${retired}`), 404, 'catalog.product-not-found');
    expectProblem(
      await staff.patch(`/products/${retired}`, { name: 'x' }),
      409,
      'catalog.product-is-retired',
    );
    expectProblem(await staff.post('/products', { ...PRODUCT, sku: retired }), 409, 'catalog.sku-taken');
  });
});

describe('An id', () => {
  afterAll(leftNoTrace);

  it.each([
    '1',
    'x',
    '%20',
    '018f0000-0000-7000-8000',
    'zzzzzzzz-0000-7000-8000-000000000000',
    `${NOBODYS}0`,
    '{}',
    '__proto__',
    'A%00',
  ])('written as %s is refused', async (id) => {
    const key = { 'Idempotency-Key': 'bad-id' };
    const answers = [
      ['id', await ann.get(`/orders/${id}`)],
      ['id', await ann.post(`/orders/${id}/cancellation`)],
      ['id', await ann.delete(`/users/me/addresses/${id}`)],
      ['id', await staff.post(`/payments/${id}/refunds`, REFUND, key)],
      ['id', await staff.post(`/shipments/${id}/dispatch`)],
      ['id', await staff.post(`/shipments/${id}/delivery`)],
      ['id', await staff.post(`/shipments/${id}/loss`)],
      ['orderId', await ann.get(`/invoices/${id}`)],
      ['orderId', await ann.get(`/payments?orderId=${id}`)],
      ['orderId', await ann.get(`/shipments?orderId=${id}`)],
    ] as const;

    for (const [field, answer] of answers)
      expectProblem(answer, 400, /invalid-input|forbidden-character/, field);
  });

  it('of an address must be a uuid', async () => {
    for (const addressId of ['1', '', 'zzzzzzzz-0000-7000-8000-000000000000', 7]) {
      const answer = await ann.post(
        '/orders',
        { ...ann.delivery, addressId },
        { 'Idempotency-Key': randomUUID() },
      );
      expectProblem(answer, 400, 'http.invalid-input', 'addressId');
    }
  });
});

describe('A question for a list', () => {
  afterAll(leftNoTrace);

  const lists = [
    ['/products', () => anybody],
    ['/orders', () => ann],
    ['/users/me/addresses', () => ann],
    ['/payments', () => ann],
    ['/shipments', () => ann],
    ['/notifications', () => ann],
    ['/reservations', () => staff],
    ['/payments/discrepancies', () => staff],
  ] as const;
  const noNumbers = ['-1', '1.5', '1e1', 'ten', '', '%20', '5%20', '0x5', '99999999999999999999', '%00'];

  it('is tried on every list', async () => {
    const { operations } = operationsOf((await anybody.get('//docs-json')).body);
    const paged = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));

    expect(lists.map(([path]) => `/api/v1${path}`).sort()).toEqual(paged.map(({ path }) => path).sort());
  });

  it.each(lists)('of %s is refused for a limit that is none', async (path, who) => {
    for (const limit of ['0', '101', ...noNumbers])
      expectProblem(await who().get(`${path}?limit=${limit}`), 400, /invalid-input|forbidden/, 'limit');
  });

  it.each(lists)('of %s is refused for a cursor that it did not give', async (path, who) => {
    const elsewhere = path === '/products' ? '/orders' : '/products';
    const others = Buffer.from(
      JSON.stringify(elsewhere === '/orders' ? NOBODYS : { by: 'name', at: 'a', sku: 'A' }),
    ).toString('base64url');
    const forged = [
      others,
      ...[
        'null',
        '{}',
        '[]',
        '1',
        '{"by":"name","at":"\\u0000","sku":"A"}',
        '{"by":"name","at":1,"sku":"A"}',
        '"x"',
        '{"__proto__":1}',
      ].map((json) => Buffer.from(json).toString('base64url')),
    ];
    for (const cursor of [...forged, '', 'x', '%20', '====', 'e30', '%00', 'y'.repeat(2000)])
      expectProblem(
        await who().get(`${path}?cursor=${cursor}`),
        400,
        /malformed-cursor|invalid-input|forbidden/,
        'cursor',
      );
  });

  it.each(lists)('of %s is refused, by name, for what it does not know or hears twice', async (path, who) => {
    expectProblem(await who().get(`${path}?colour=red`), 400, 'http.invalid-input', 'colour');
    expectProblem(await who().get(`${path}?__proto__=1`), 400, 'http.invalid-input', '__proto__');
    expectProblem(await who().get(`${path}?limit=1&limit=2`), 400, 'http.duplicate-parameter', 'limit');
    expectProblem(await who().get(`${path}?limit[]=1`), 400, 'http.invalid-input', 'limit[]');
  });

  it('of old reservations is refused for an age that is none', async () => {
    for (const age of ['525601', ...noNumbers])
      expectProblem(
        await staff.get(`/reservations?olderThanMinutes=${age}`),
        400,
        /invalid-input|forbidden/,
        'olderThanMinutes',
      );
  });

  it('of products is refused for words and categories that cannot be', async () => {
    expectProblem(await anybody.get(`/products?q=${'x'.repeat(201)}`), 400, 'http.invalid-input', 'q');
    expectProblem(await anybody.get('/products?q=a%00b'), 400, 'http.forbidden-character', 'q');
    expectProblem(await anybody.get('/products?category=No%20Such'), 400, 'http.invalid-input', 'category');
    expectProblem(await anybody.get('/products?category='), 400, 'http.invalid-input', 'category');
  });

  it.each([
    "'; DROP TABLE products; --",
    '\\',
    '"',
    '"unclosed',
    '-',
    '- -',
    '!',
    '& | !',
    '%',
    '_',
    ':*',
    'a:b',
    '🍵',
    '\u202e',
    'ﬁ',
    '(',
    ')',
  ])('may use any words, such as %s', async (words) => {
    const { status, body } = await anybody.get(`/products?q=${encodeURIComponent(words)}`);

    expect([status, Array.isArray(body.items)]).toEqual([200, true]);
  });
});

describe('An idempotency key', () => {
  afterAll(leftNoTrace);

  it('must come with an order, and with a refund', async () => {
    for (const answer of [
      await ann.post('/orders', ann.delivery),
      await staff.post(`/payments/${NOBODYS}/refunds`, REFUND),
    ])
      expectProblem(answer, 400, 'http.invalid-idempotency-key', 'Idempotency-Key');
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['two words', 'a b'],
    ['not ASCII', 'schl\u00fcssel'],
  ])('that is %s is refused', async (_, key) => {
    const headers = { 'Idempotency-Key': key };

    for (const answer of [
      await ann.post('/orders', ann.delivery, headers),
      await staff.post('/products', PRODUCT, headers),
      await staff.post('/stock/TEA-MINT-50/receipts', { quantity: 1 }, headers),
      await staff.post(`/payments/${NOBODYS}/refunds`, REFUND, headers),
      await ann.post('/users/me/addresses', HOME, headers),
      await anybody.post('/users', NEWCOMER, headers),
    ])
      expectProblem(answer, 400, 'http.invalid-idempotency-key', 'Idempotency-Key');
  });

  it('is not used up by a refusal', async () => {
    const headers = { 'Idempotency-Key': 'refused-first' };
    const wrong = await ann.post(
      '/orders',
      { ...ann.delivery, expectedTotal: { amount: 1, currency: 'EUR' } },
      headers,
    );

    expectProblem(wrong, 409, 'orders.price-changed');
  });

  it('that was used for another body is a 422', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const bob = await shop.as('bob');
    const ordered = await order(bob, { 'TEA-MINT-50': 1 }, { key: headers['Idempotency-Key'] });
    const { status: received } = await staff.post('/stock/TEA-MINT-50/receipts', { quantity: 1 }, headers);
    const { status: listed } = await staff.post('/products', PRODUCT, headers);
    const { status: moved } = await bob.post('/users/me/addresses', HOME, headers);
    const { status: registered } = await anybody.post('/users', NEWCOMER, headers);
    const { id: payment } = await paymentThatIs(bob, ordered.body.id, 'captured');
    const { status: refunded } = await staff.post(`/payments/${payment}/refunds`, REFUND, headers);
    const statuses = [ordered.status, received, listed, moved, registered, refunded];
    expect(statuses).toEqual([202, 201, 201, 201, 201, 202]);
    await shop.quiet();
    before = await stored(shop);

    const answers = [
      await bob.post('/orders', { ...bob.delivery, paymentToken: 'tok_slow' }, headers),
      await staff.post('/stock/TEA-MINT-50/receipts', { quantity: 2 }, headers),
      await staff.post('/stock/TEA-SENCHA-100/receipts', { quantity: 1 }, headers),
      await staff.post('/products', { ...PRODUCT, name: 'Another' }, headers),
      await bob.post('/users/me/addresses', { ...HOME, line1: '2 Mill Lane' }, headers),
      await anybody.post('/users', { ...NEWCOMER, name: 'Another' }, headers),
      await staff.post(`/payments/${payment}/refunds`, { ...REFUND, reason: 'Another' }, headers),
      await staff.post(`/payments/${NOBODYS}/refunds`, REFUND, headers),
    ];

    for (const answer of answers) expectProblem(answer, 422, 'http.idempotency-key-reused');
  });
});

describe('Somebody who is not who they say', () => {
  afterAll(leftNoTrace);

  const forged = () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'sam', roles: ['staff'] })}.`;
  };

  it.each([
    ['nothing', undefined],
    ['an empty token', 'Bearer '],
    ['a password', 'Basic c2FtOnNhbQ=='],
    ['a token that is none', 'Bearer a.b.c'],
    ['a token that nobody signed', `Bearer ${forged()}`],
  ])('is turned away with %s', async (_, authorization) => {
    const closed = [...WITH_BODY, ...WITHOUT_BODY].filter(([, { who }]) => who() !== anybody);
    for (const [, { method, path, body }] of closed) {
      const headers: Record<string, string> = authorization ? { authorization } : {};
      expectProblem(await anybody.ask(method, path, { body, headers }), 401, /^auth\./);
    }
  });
});

describe('A sender', () => {
  afterAll(leftNoTrace);

  it('who hangs up half-way does the shop no harm', async () => {
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      'PUT /api/v1/cart/items/TEA-MINT-50 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"qu',
      () => socket.resetAndDestroy(),
    );
    await once(socket, 'close');

    expect((await anybody.get('/products?limit=1')).status).toBe(200);
  });
});
