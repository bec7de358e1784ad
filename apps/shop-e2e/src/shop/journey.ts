import { randomUUID } from 'node:crypto';
import { aProduct, delivery, order, orderThatIs, stockThat } from './buying';
import type { Shop } from './start-shop';
import type { Visitor } from './visitor';

let visits = 0;

/** What customers and staff do in the shop, word for word the same whatever runs behind its address. It may be walked again. */
export function walkThrough(shop: () => Shop): void {
  const visit = ++visits;
  let anybody: Visitor;
  let ann: Visitor;
  let staff: Visitor;

  /** Somebody who was not here on an earlier walk. */
  const as = (name: string, options?: { staff: boolean }) => shop().as(`${name} ${visit}`, options);

  beforeAll(async () => {
    anybody = shop().anybody();
    ann = await as('ann');
    staff = await as('sam', { staff: true });
  });

  describe('shows what it sells', () => {
    it('page by page, each product once', async () => {
      const skus: string[] = [];
      let cursor: string | null = '';
      for (let pages = 0; cursor !== null && pages < 10; pages++) {
        const { status, body } = await anybody.get(`/products?limit=25${cursor && `&cursor=${cursor}`}`);
        expect(status).toBe(200);
        skus.push(...body.items.map(({ sku }: { sku: string }) => sku));
        cursor = body.nextCursor;
      }

      expect(skus.length).toBeGreaterThanOrEqual(60);
      expect(new Set(skus).size).toBe(skus.length);
    });

    it('by category', async () => {
      const { body: categories } = await anybody.get('/categories');
      const { body: tea } = await anybody.get('/products?category=tea');

      expect(categories.items).toContainEqual({ category: 'tea', products: 8 });
      expect(categories.items.length).toBeGreaterThanOrEqual(8);
      expect(tea.items).toHaveLength(8);
      expect(tea.nextCursor).toBeNull();
    });

    it.each(['sencha', 'sencah', 'Senhca Kagoshma'])('to who searches for %s', async (words) => {
      const { body } = await anybody.get(`/products?q=${encodeURIComponent(words)}`);

      expect(body.items[0].sku).toBe('TEA-SENCHA-100');
    });

    it('one by one, with their stock', async () => {
      const product = await anybody.get('/products/TEA-MATCHA-30');
      const stock = await anybody.get('/stock/TEA-MATCHA-30');

      expect(product.body).toMatchObject({ category: 'tea', price: { amount: 2490, currency: 'EUR' } });
      expect(stock.body).toEqual({ sku: 'TEA-MATCHA-30', received: 3, onHand: 3, reserved: 0, shipped: 0 });
    });

    it('and says when there is no such thing', async () => {
      const answers = [await anybody.get('/products/NO-SUCH'), await anybody.get('/stock/NO-SUCH')];

      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [404, 'catalog.product-not-found'],
        [404, 'inventory.stock-not-found'],
      ]);
    });
  });

  describe('keeps a cart', () => {
    it('that remembers, changes and forgets', async () => {
      const customer = await as('carter');
      await customer.put('/cart/items/TEA-MINT-50', { quantity: 2 });
      await customer.put('/cart/items/CHO-DARK-70', { quantity: 1 });
      await customer.put('/cart/items/TEA-MINT-50', { quantity: 5 });
      const full = await customer.get('/cart');
      const gone = await customer.delete('/cart/items/CHO-DARK-70');
      const rest = await customer.get('/cart');

      expect(full.body).toEqual({
        items: [
          { sku: 'TEA-MINT-50', quantity: 5 },
          { sku: 'CHO-DARK-70', quantity: 1 },
        ],
      });
      expect(gone.status).toBe(204);
      expect(rest.body).toEqual({ items: [{ sku: 'TEA-MINT-50', quantity: 5 }] });
    });

    it('of a person’s own, for nobody to see who has not signed in', async () => {
      expect((await (await as('stranger')).get('/cart')).body).toEqual({ items: [] });
      expect(await anybody.get('/cart')).toMatchObject({ status: 401, body: { code: 'auth.token-missing' } });
    });
  });

  describe('takes an order', () => {
    it('at once, and confirms it when its stock is set aside', async () => {
      const sku = await aProduct(staff, { pieces: 10, amount: 250 });

      const accepted = await order(ann, { [sku]: 4, 'TEA-ASSAM-125': 1 });
      const confirmed = await orderThatIs(ann, accepted.body.id, 'confirmed');

      expect(accepted.status).toBe(202);
      expect(accepted.body).toMatchObject({
        status: 'placed',
        total: { amount: 4 * 250 + 1120, currency: 'EUR' },
        lines: [
          { sku, quantity: 4, price: { amount: 250, currency: 'EUR' } },
          { sku: 'TEA-ASSAM-125', name: 'Assam Second Flush, 125 g', quantity: 1 },
        ],
      });
      expect(confirmed.timeline.map(({ what }: { what: string }) => what)).toEqual([
        'placed',
        'stock-reserved',
        'confirmed',
      ]);
      expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({ onHand: 6, reserved: 4 });
      expect((await ann.get('/cart')).body).toEqual({ items: [] });
    });

    it('and cancels it with the reason when there is not enough, setting nothing aside', async () => {
      const scarce = await aProduct(staff, { pieces: 3 });
      const plenty = await aProduct(staff, { pieces: 50 });

      const { body } = await order(ann, { [plenty]: 2, [scarce]: 4 });
      const cancelled = await orderThatIs(ann, body.id, 'cancelled');

      expect(cancelled).toMatchObject({ cancellationReason: 'stock-refused' });
      expect(cancelled.timeline.at(-1)).toMatchObject({
        what: 'cancelled',
        note: `Not in stock: ${scarce} (3 of 4)`,
      });
      expect((await anybody.get(`/stock/${scarce}`)).body).toMatchObject({ onHand: 3, reserved: 0 });
      expect((await anybody.get(`/stock/${plenty}`)).body).toMatchObject({ onHand: 50, reserved: 0 });
    });

    it('of nothing never', async () => {
      const customer = await as('idler');

      expect(await order(customer, {})).toMatchObject({
        status: 409,
        body: { code: 'orders.cart-is-empty' },
      });
    });

    it('once, however often it is sent, and answers alike', async () => {
      const customer = await as('impatient');
      const key = randomUUID();
      await customer.put('/cart/items/TEA-MINT-50', { quantity: 1 });

      const twins = await Promise.all(
        Array.from({ length: 5 }, () => customer.post('/orders', delivery, { 'Idempotency-Key': key })),
      );
      await orderThatIs(customer, twins[0]!.body.id, 'confirmed');
      const late = await customer.post('/orders', delivery, { 'Idempotency-Key': key });

      for (const each of [...twins, late]) expect(each).toMatchObject({ status: 202, body: twins[0]!.body });
      expect((await customer.get('/orders')).body.items).toHaveLength(1);
    });

    it('not when its key was used for another', async () => {
      const customer = await as('muddled');
      const key = randomUUID();
      await order(customer, { 'TEA-MINT-50': 1 }, key);

      const other = await customer.post(
        '/orders',
        { ...delivery, paymentToken: 'tok_other' },
        { 'Idempotency-Key': key },
      );

      expect(other).toMatchObject({ status: 422, body: { code: 'http.idempotency-key-reused' } });
    });

    it('not at a price that the customer does not expect, and tells the new total', async () => {
      const sku = await aProduct(staff, { amount: 1000 });
      const customer = await as('thrifty');
      await customer.put(`/cart/items/${sku}`, { quantity: 3 });
      const dearer = { price: { amount: 1100, currency: 'EUR' } };
      expect(await staff.patch(`/products/${sku}`, dearer)).toMatchObject({ status: 200, body: dearer });
      const at = (amount: number) =>
        customer.post(
          '/orders',
          { ...delivery, expectedTotal: { amount, currency: 'EUR' } },
          { 'Idempotency-Key': randomUUID() },
        );

      const refused = await at(3000);
      const accepted = await at(refused.body.total?.amount);

      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'orders.price-changed', total: { amount: 3300, currency: 'EUR' } },
      });
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect(accepted).toMatchObject({ status: 202, body: { total: { amount: 3300 } } });
    });

    it('of the last ten pieces from exactly ten of thirty buyers who come at once', async () => {
      const sku = await aProduct(staff, { pieces: 10 });
      const buyers = await Promise.all(Array.from({ length: 30 }, (_, n) => as(`buyer-${n}`)));

      const accepted = await Promise.all(buyers.map((buyer) => order(buyer, { [sku]: 1 })));
      const ended = await Promise.all(
        buyers.map((buyer, n) => orderThatIs(buyer, accepted[n]!.body.id, 'confirmed', 'cancelled')),
      );

      expect(accepted.map(({ status }) => status)).toEqual(Array(30).fill(202));
      expect(ended.filter(({ status }) => status === 'confirmed')).toHaveLength(10);
      expect(ended.filter(({ cancellationReason }) => cancellationReason === 'stock-refused')).toHaveLength(
        20,
      );
      expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({
        received: 10,
        onHand: 0,
        reserved: 10,
      });
    });
  });

  describe('lets a customer change their mind', () => {
    it('and puts the goods back', async () => {
      const sku = await aProduct(staff, { pieces: 7 });
      const { body } = await order(ann, { [sku]: 7 });
      await orderThatIs(ann, body.id, 'confirmed');

      const cancelled = await ann.post(`/orders/${body.id}/cancellation`);
      const again = await ann.post(`/orders/${body.id}/cancellation`);
      await stockThat(anybody, sku, ({ onHand, reserved }) => onHand === 7 && reserved === 0);

      expect(cancelled).toMatchObject({
        status: 202,
        body: { status: 'cancelled', cancellationReason: 'customer-request' },
      });
      expect(again).toMatchObject({ status: 202, body: cancelled.body });
    });

    it('before anybody has looked for the goods, and sets nothing aside for good', async () => {
      const sku = await aProduct(staff, { pieces: 5 });
      const hasty = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => {
          const customer = await as(`hasty-${n}`);
          const { body } = await order(customer, { [sku]: 1 });
          return customer.post(`/orders/${body.id}/cancellation`);
        }),
      );
      await shop().quiet();

      // Whoever was refused first is told so; for everybody else it is cancelled.
      for (const { status } of hasty) expect([202, 409]).toContain(status);
      expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({ onHand: 5, reserved: 0 });
    });
  });

  describe('keeps orders', () => {
    it('in a list, the latest first, page by page', async () => {
      const customer = await as('regular');
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) ids.unshift((await order(customer, { 'TEA-MINT-50': 1 })).body.id);

      const first = await customer.get('/orders?limit=2');
      const second = await customer.get(`/orders?limit=2&cursor=${first.body.nextCursor}`);

      expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids);
      expect(second.body.nextCursor).toBeNull();
    });

    it('to their customer alone', async () => {
      const { body } = await order(ann, { 'TEA-MINT-50': 1 });
      const bob = await as('bob');

      const answers = [
        await bob.get(`/orders/${body.id}`),
        await bob.post(`/orders/${body.id}/cancellation`),
        await staff.get(`/orders/${body.id}`),
      ];

      for (const each of answers)
        expect(each).toMatchObject({ status: 404, body: { code: 'orders.order-not-found' } });
      expect((await orderThatIs(ann, body.id, 'confirmed')).status).toBe('confirmed');
    });
  });

  describe('is run by its staff', () => {
    it('who list a product, receive it, change it and retire it', async () => {
      const sku = `KITE-${visit}`;
      const product = {
        sku,
        name: 'Whistling kite',
        description: 'Sings in the wind.',
        category: 'outdoors',
        price: { amount: 3900, currency: 'EUR' },
      };

      const listed = await staff.post('/products', product);
      const opened = await stockThat(anybody, sku, ({ received }) => received === 0);
      const received = await staff.post(`/stock/${sku}/receipts`, { quantity: 12 });
      const changed = await staff.patch(`/products/${sku}`, { name: 'Singing kite' });
      const found = await anybody.get('/products?q=singing');
      const { body: sold } = await order(ann, { [sku]: 2 });
      await orderThatIs(ann, sold.id, 'confirmed');
      await ann.put(`/cart/items/${sku}`, { quantity: 1 });
      const retired = await staff.delete(`/products/${sku}`);

      expect(listed).toMatchObject({ status: 201, body: product });
      expect(opened).toMatchObject({ onHand: 0 });
      expect(received).toMatchObject({
        status: 201,
        body: { quantity: 12, stock: { received: 12, onHand: 12 } },
      });
      expect(changed).toMatchObject({ status: 200, body: { name: 'Singing kite' } });
      expect(found.body.items).toEqual([{ ...product, name: 'Singing kite' }]);
      expect(retired.status).toBe(204);
      expect((await anybody.get(`/products/${sku}`)).status).toBe(404);
      expect((await anybody.get('/products?category=outdoors')).body.items).toEqual([]);
      expect((await ann.get(`/orders/${sold.id}`)).body.lines[0].name).toBe('Singing kite');
      expect((await staff.post('/products', product)).body.code).toBe('catalog.sku-taken');

      const tooLate = await ann.post('/orders', delivery, { 'Idempotency-Key': randomUUID() });
      expect(tooLate).toMatchObject({ status: 400, body: { code: 'orders.not-on-sale', skus: [sku] } });
      await ann.delete(`/cart/items/${sku}`);
    });

    it('and by nobody else', async () => {
      const doings = [
        [
          'POST',
          '/products',
          { sku: 'X', name: 'X', description: 'X', category: 'x', price: { amount: 1, currency: 'EUR' } },
        ],
        ['PATCH', '/products/TEA-MINT-50', { name: 'Mine' }],
        ['DELETE', '/products/TEA-MINT-50', undefined],
        ['POST', '/stock/TEA-MINT-50/receipts', { quantity: 1 }],
      ] as const;

      for (const [method, path, body] of doings) {
        expect((await ann.ask(method, path, { body })).status).toBe(403);
        expect((await anybody.ask(method, path, { body })).status).toBe(401);
      }
      expect((await anybody.get('/products/TEA-MINT-50')).body.name).toBe('Moroccan Mint, 50 g');
    });
  });

  describe('can be looked into', () => {
    it('on a page that documents it', async () => {
      const page = await anybody.get('//docs');
      const json = await anybody.get('//docs-json');

      expect(page).toMatchObject({ status: 200, body: expect.stringContaining('swagger-ui') });
      expect(json).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    });

    it('by health and metrics that tell how much waits in each context', async () => {
      for (const { url } of shop().running.values()) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        const health = (await (await fetch(`${url}/health/ready`)).json()) as { details: object };

        const contexts = Object.keys(health.details).filter((part) => part !== 'transport');
        expect(contexts.length).toBeGreaterThan(0);
        for (const context of contexts) {
          for (const depth of ['outbox_messages', 'inbox_messages', 'inbox_dead_messages', 'timers_waiting'])
            expect(metrics).toMatch(new RegExp(`^banyan_${depth}\\{context="${context}"\\} \\d+$`, 'm'));
        }
      }
    });

    it('by a correlation id that comes back, and goes with every message that follows', async () => {
      const correlation = `journey-${randomUUID()}`;
      const customer = await as('tracer');
      await customer.put('/cart/items/TEA-MINT-50', { quantity: 1 });

      const accepted = await customer.post('/orders', delivery, {
        'Idempotency-Key': randomUUID(),
        'X-Correlation-Id': correlation,
      });
      await orderThatIs(customer, accepted.body.id, 'confirmed');
      await shop().quiet();

      const refused = await anybody.get('/orders', { headers: { 'X-Correlation-Id': correlation } });
      expect(accepted.headers.get('x-correlation-id')).toBe(correlation);
      expect(refused.headers.get('x-correlation-id')).toBe(correlation);
      const told = await shop().sql(
        `SELECT type FROM (SELECT * FROM orders.event_log UNION ALL SELECT * FROM inventory.event_log) told
          WHERE attributes::json->>'correlationid' = $1`,
        [correlation],
      );
      expect(told.map(({ type }) => type).sort()).toEqual([
        'inventory.stock-level-changed.v1',
        'inventory.stock-reserved.v1',
        'orders.order-confirmed.v1',
        'orders.order-placed.v1',
      ]);
    });
  });
}
