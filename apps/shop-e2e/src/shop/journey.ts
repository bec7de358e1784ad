import { randomUUID } from 'node:crypto';
import { aProduct, order, orderThatIs, paymentThatIs, shipmentThatIs, stockThat } from './buying';
import { CONTEXTS } from './placements';
import { type Stage, stageFor } from './stage';
import type { Shop } from './start-shop';
import type { Visitor } from './visitor';

/**
 * What customers and staff do in the shop, word for word the same whatever runs behind its address. It may be walked again.
 * `stage`: what runs its steps. (Default: Jest)
 */
export function walkThrough(
  shop: () => Shop,
  { beforeAll, describe, it }: Stage = stageFor(globalThis, (step) => shop().enter(step)),
): void {
  let visit: number;
  let anybody: Visitor;
  let ann: Visitor;
  let staff: Visitor;

  /** Somebody who was not here on an earlier walk. */
  const as = (name: string, options?: { staff: boolean }) => shop().as(`${name} ${visit}`, options);

  beforeAll(async () => {
    visit = ++shop().visits;
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

  describe('knows its customers', () => {
    const newcomer = (name: string) => ({
      email: `${name}.${visit}@Example.com`,
      password: 'correct horse battery',
      name: 'New Comer',
    });

    it('who sign up once, sign in, and go on with a fresh token', async () => {
      const { email, password, name } = newcomer('newcomer');

      const registered = await anybody.post('/users', { email, password, name });
      const again = await anybody.post('/users', { email: email.toLowerCase(), password, name });
      const signedIn = await anybody.post('/auth/login', { email: email.toLowerCase(), password });
      const { refreshToken } = signedIn.body;
      const fresh = await anybody.post('/auth/refresh', { refreshToken });
      const me = await anybody.get('/users/me', {
        headers: { authorization: `Bearer ${fresh.body.accessToken}` },
      });
      const out = await anybody.post('/auth/logout', { refreshToken: fresh.body.refreshToken });
      const late = await anybody.post('/auth/refresh', { refreshToken: fresh.body.refreshToken });

      expect([
        registered.status,
        again.status,
        signedIn.status,
        fresh.status,
        out.status,
        late.status,
      ]).toEqual([201, 409, 200, 200, 204, 401]);
      expect(again.body.code).toBe('users.email-taken');
      expect(me.body).toMatchObject({ id: registered.body.id, name, roles: ['customer'] });
      expect(JSON.stringify(me.body)).not.toContain('password');
    });

    it('and nobody who only knows their address', async () => {
      const account = newcomer('guessed');
      await anybody.post('/users', account);

      const wrong = await anybody.post('/auth/login', {
        email: account.email,
        password: 'wrong horse battery',
      });
      const nobody = await anybody.post('/auth/login', {
        email: 'nobody@example.com',
        password: 'whatever it is',
      });

      expect(wrong).toMatchObject({ status: 401, body: { code: 'users.sign-in-failed' } });
      expect(nobody).toMatchObject({ status: 401, body: { code: 'users.sign-in-failed' } });
    });

    it('and where they live, which is for nobody else to order to', async () => {
      const [bob, cleo] = [await as('bob'), await as('cleo')];

      const stolen = await cleo
        .put('/cart/items/TEA-MINT-50', { quantity: 1 })
        .then(() => cleo.post('/orders', bob.delivery, { 'Idempotency-Key': randomUUID() }));
      const homes = await cleo.get('/users/me/addresses');

      expect(stolen).toMatchObject({ status: 400, body: { code: 'orders.no-such-address' } });
      expect(homes.body.items.map(({ id }: { id: string }) => id)).toEqual([cleo.delivery.addressId]);
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
        'paid',
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
        Array.from({ length: 5 }, () =>
          customer.post('/orders', customer.delivery, { 'Idempotency-Key': key }),
        ),
      );
      await orderThatIs(customer, twins[0]!.body.id, 'confirmed');
      const late = await customer.post('/orders', customer.delivery, { 'Idempotency-Key': key });

      for (const each of [...twins, late]) expect(each).toMatchObject({ status: 202, body: twins[0]!.body });
      expect((await customer.get('/orders')).body.items).toHaveLength(1);
    });

    it('not when its key was used for another', async () => {
      const customer = await as('muddled');
      const key = randomUUID();
      await order(customer, { 'TEA-MINT-50': 1 }, { key });

      const other = await customer.post(
        '/orders',
        { ...customer.delivery, paymentToken: 'tok_other' },
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
          { ...customer.delivery, expectedTotal: { amount, currency: 'EUR' } },
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

    it.race('of the last ten pieces from exactly ten of fifty buyers who come at once', async () => {
      const sku = await aProduct(staff, { pieces: 10 });
      const buyers = await Promise.all(Array.from({ length: 50 }, (_, n) => as(`buyer-${n}`)));

      const accepted = await Promise.all(buyers.map((buyer) => order(buyer, { [sku]: 1 })));
      const ended = await Promise.all(
        buyers.map((buyer, n) => orderThatIs(buyer, accepted[n]!.body.id, 'confirmed', 'cancelled')),
      );

      expect(accepted.map(({ status }) => status)).toEqual(Array(50).fill(202));
      expect(ended.filter(({ status }) => status === 'confirmed')).toHaveLength(10);
      expect(ended.filter(({ cancellationReason }) => cancellationReason === 'stock-refused')).toHaveLength(
        40,
      );
      expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({
        received: 10,
        onHand: 0,
        reserved: 10,
      });
    });
  });

  describe('takes the money', () => {
    const captures = async (orderId: string): Promise<number> => {
      const [row] = await shop().sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM payment_provider.ledger WHERE kind = 'captured' AND capture_key = $1`,
        [`capture:${orderId}`],
      );
      return row!.n;
    };

    it('of a good card, and writes an invoice', async () => {
      const { body } = await order(ann, { 'TEA-MINT-50': 3 });
      await orderThatIs(ann, body.id, 'confirmed');

      expect(await paymentThatIs(ann, body.id, 'captured')).toMatchObject({
        orderId: body.id,
        amount: body.total,
        refunded: { amount: 0, currency: 'EUR' },
      });
      expect((await ann.get(`/invoices/${body.id}`)).body).toMatchObject({
        orderId: body.id,
        amount: body.total,
        number: expect.any(Number),
        creditNotes: [],
      });
    });

    it('not of a card that is declined, whose order ends with its goods back', async () => {
      const sku = await aProduct(staff, { pieces: 2 });
      const { body } = await order(ann, { [sku]: 2 }, { paymentToken: 'tok_declined' });

      const ended = await orderThatIs(ann, body.id, 'cancelled');

      expect(ended.cancellationReason).toBe('payment-declined');
      expect(await paymentThatIs(ann, body.id, 'declined')).toMatchObject({ reason: 'card-declined' });
      await stockThat(anybody, sku, ({ onHand }) => onHand === 2);
      expect(await captures(body.id)).toBe(0);
    });

    it.each(['tok_slow', 'tok_flaky', 'tok_lost_reply'])('once, with %s', async (paymentToken) => {
      const { body } = await order(ann, { 'TEA-MINT-50': 1 }, { paymentToken });

      await orderThatIs(ann, body.id, 'confirmed');

      expect(await captures(body.id)).toBe(1);
    });
  });

  describe('sends what was paid for', () => {
    const confirmed = async (customer: Visitor, sku: string) => {
      const { body } = await order(customer, { [sku]: 1 });
      const shipment = await shipmentThatIs(customer, body.id, 'preparing');
      return { id: body.id as string, shipment: shipment.id as string };
    };

    it('until it is with its customer and the order is completed, and tells them at each step', async () => {
      const sku = await aProduct(staff, { pieces: 5 });
      const customer = await as('receiver');
      const { id, shipment } = await confirmed(customer, sku);

      expect((await staff.post(`/shipments/${shipment}/dispatch`)).status).toBeLessThan(300);
      await orderThatIs(customer, id, 'dispatched');
      expect((await customer.post(`/orders/${id}/cancellation`)).body.code).toBe('orders.order-on-its-way');
      expect((await staff.post(`/shipments/${shipment}/delivery`)).status).toBeLessThan(300);
      const completed = await orderThatIs(customer, id, 'completed');
      await shop().quiet();

      expect(completed.timeline.map(({ what }: { what: string }) => what)).toEqual([
        'placed',
        'stock-reserved',
        'paid',
        'confirmed',
        'dispatched',
        'delivered',
        'completed',
      ]);
      expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({ onHand: 4, reserved: 0, shipped: 1 });
      const told = await customer.get('/notifications');
      expect(told.body.items.map(({ template }: { template: string }) => template).sort()).toEqual([
        'order-confirmed',
        'shipment-delivered',
        'shipment-dispatched',
        'welcome',
      ]);
    });

    it('and gives the money back for a parcel that is lost', async () => {
      const sku = await aProduct(staff, { pieces: 5 });
      const { id, shipment } = await confirmed(ann, sku);
      await staff.post(`/shipments/${shipment}/dispatch`);
      await orderThatIs(ann, id, 'dispatched');

      expect((await staff.post(`/shipments/${shipment}/loss`)).status).toBeLessThan(300);

      expect(await orderThatIs(ann, id, 'cancelled')).toMatchObject({ cancellationReason: 'parcel-lost' });
      await paymentThatIs(ann, id, 'refunded');
      await stockThat(anybody, sku, ({ onHand, shipped }) => onHand === 4 && shipped === 1);
    });

    it('and gives some of it back out of goodwill, once, and never more than was paid', async () => {
      const sku = await aProduct(staff, { pieces: 5, amount: 1000 });
      const { id } = await confirmed(ann, sku);
      const payment = await paymentThatIs(ann, id, 'captured');
      const key = randomUUID();
      const give = (amount: number, key: string) =>
        staff.post(
          `/payments/${payment.id}/refunds`,
          { amount: { amount, currency: 'EUR' }, reason: 'Sorry for the dent' },
          { 'Idempotency-Key': key },
        );

      const twins = await Promise.all([give(300, key), give(300, key)]);
      await shop().quiet();
      const toomuch = await give(701, randomUUID());

      expect(twins.map(({ status }) => status)).toEqual([202, 202]);
      expect(toomuch).toMatchObject({ status: 409, body: { code: 'payments.refund-too-large' } });
      expect((await paymentThatIs(ann, id, 'captured', 'refunded')).refunded).toEqual({
        amount: 300,
        currency: 'EUR',
      });
      const invoice = await ann.get(`/invoices/${id}`);
      expect(invoice.body.creditNotes).toMatchObject([{ amount: { amount: 300 } }]);
      expect((await orderThatIs(ann, id, 'confirmed')).timeline.at(-1).what).toBe('refunded');
    });

    it('to nobody else’s knowledge', async () => {
      const { id, shipment } = await confirmed(ann, 'TEA-MINT-50');
      const bob = await as('bob');

      expect((await bob.get(`/payments?orderId=${id}`)).body.items).toEqual([]);
      expect((await bob.get(`/shipments?orderId=${id}`)).body.items).toEqual([]);
      expect((await bob.get(`/invoices/${id}`)).status).toBe(404);
      expect((await bob.post(`/shipments/${shipment}/delivery`)).status).toBe(403);
    });
  });

  describe('lets a customer change their mind', () => {
    it('gives the money back, and puts the goods back', async () => {
      const sku = await aProduct(staff, { pieces: 7, amount: 300 });
      const { body } = await order(ann, { [sku]: 7 });
      await orderThatIs(ann, body.id, 'confirmed');

      const asked = await ann.post(`/orders/${body.id}/cancellation`);
      const again = await ann.post(`/orders/${body.id}/cancellation`);
      const cancelled = await orderThatIs(ann, body.id, 'cancelled');
      await stockThat(anybody, sku, ({ onHand, reserved }) => onHand === 7 && reserved === 0);

      expect(asked.status).toBe(202);
      expect(again.status).toBe(202);
      expect(cancelled).toMatchObject({ cancellationReason: 'customer-request' });
      expect(await paymentThatIs(ann, body.id, 'refunded')).toMatchObject({
        amount: { amount: 2100, currency: 'EUR' },
        refunded: { amount: 2100, currency: 'EUR' },
      });
      expect((await shipmentThatIs(ann, body.id, 'cancelled')).tracking.length).toBeGreaterThan(0);
      const { timeline } = await orderThatIs(ann, body.id, 'cancelled');
      expect(timeline.map(({ what }: { what: string }) => what)).toContain('cancelling');
    });

    it.race(
      'in the moment in which the goods leave: one of both wins, and everybody agrees which',
      async () => {
        const sku = await aProduct(staff, { pieces: 6 });
        const outcomes = await Promise.all(
          Array.from({ length: 6 }, async (_, n) => {
            const customer = await as(`waverer-${n}`);
            const { body } = await order(customer, { [sku]: 1 });
            const { id } = await shipmentThatIs(customer, body.id, 'preparing');
            const [cancellation] = await Promise.all([
              customer.post(`/orders/${body.id}/cancellation`),
              staff.post(`/shipments/${id}/dispatch`),
            ]);
            expect([202, 409]).toContain(cancellation.status);
            const { status, timeline } = await orderThatIs(customer, body.id, 'dispatched', 'cancelled');
            await shipmentThatIs(customer, body.id, status);
            const whats = timeline.map(({ what }: { what: string }) => what);
            if (status === 'dispatched' && cancellation.status === 202)
              expect(whats).toContain('cancellation-refused');
            return status as string;
          }),
        );
        await shop().quiet();

        const left = outcomes.filter((status) => status === 'dispatched').length;
        expect((await anybody.get(`/stock/${sku}`)).body).toMatchObject({
          onHand: 6 - left,
          reserved: 0,
          shipped: left,
        });
      },
    );

    it.race('while the card takes its time, and nothing is kept', async () => {
      const sku = await aProduct(staff, { pieces: 2 });
      const customer = await as('sprinter');
      const { body } = await order(customer, { [sku]: 1 }, { paymentToken: 'tok_slow' });
      await orderThatIs(customer, body.id, 'awaiting-payment');

      const cancelled = await customer.post(`/orders/${body.id}/cancellation`);
      const { amount, refunded, status } = await paymentThatIs(customer, body.id, 'declined', 'refunded');

      expect(cancelled).toMatchObject({ status: 202, body: { status: 'cancelled' } });
      if (status === 'refunded') expect(refunded).toEqual(amount);
    });

    it.race('before anybody has looked for the goods, and sets nothing aside for good', async () => {
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

      const tooLate = await ann.post('/orders', ann.delivery, { 'Idempotency-Key': randomUUID() });
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

      const accepted = await customer.post('/orders', customer.delivery, {
        'Idempotency-Key': randomUUID(),
        'X-Correlation-Id': correlation,
      });
      await orderThatIs(customer, accepted.body.id, 'confirmed');
      await shop().quiet();

      const refused = await anybody.get('/orders', { headers: { 'X-Correlation-Id': correlation } });
      expect(accepted.headers.get('x-correlation-id')).toBe(correlation);
      expect(refused.headers.get('x-correlation-id')).toBe(correlation);
      const told = await shop().sql(
        `SELECT type FROM (${CONTEXTS.map((context) => `SELECT * FROM "${context}".event_log`).join(' UNION ALL ')}) told
          WHERE attributes::json->>'correlationid' = $1`,
        [correlation],
      );
      expect(told.map(({ type }) => type).sort()).toEqual([
        'inventory.stock-level-changed.v1',
        'inventory.stock-reserved.v1',
        'notifications.notification-sent.v1',
        'orders.order-confirmed.v1',
        'orders.order-placed.v1',
        'orders.payment-due.v1',
        'payments.payment-captured.v1',
      ]);
    });
  });
}
