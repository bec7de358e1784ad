import { eventually, personIdOf, Scenario } from '@banyan/testing';
import { OrderCancelled, PaymentDue } from '@shop/orders/contract';
import { PaymentCaptured, PaymentDeclined, PaymentRefunded } from '@shop/payments/contract';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { captureKeyOf } from './domain/payment';
import { ReconciliationDue } from './features/reconcile/reconciliation-due';
import { PaymentsModule } from './payments.module';
import { EUR } from './testing/payments';
import { type ProviderProcess, providerProcess } from './testing/provider-process';

const ann = personIdOf('ann');
const SAM = { name: 'sam', staff: true };

let provider: ProviderProcess;
let payments: Scenario;
let ignored: NodeJS.ProcessEnv;

beforeAll(async () => {
  provider = await providerProcess({ PROVIDER_SLOW_MS: '250' });
  ignored = { ...process.env };
  Object.assign(process.env, {
    PAYMENT_PROVIDER_URL: provider.url,
    PAYMENTS_PROVIDER_TIMEOUT: '500ms',
    PAYMENTS_FIRST_RETRY: '20ms',
    PAYMENTS_LONGEST_RETRY: '200ms',
  });
  payments = await Scenario.of(PaymentsModule);
});
afterAll(async () => {
  await payments?.stop();
  await provider?.stop();
  process.env = ignored;
});

const due = async (paymentToken = 'tok_ok', orderId = uuidv7()): Promise<string> => {
  const placedAt = new Date().toISOString();
  await payments.publish(PaymentDue({ orderId, customerId: ann, total: EUR(4400), paymentToken, placedAt }));
  return orderId;
};
const cancel = (orderId: string) =>
  payments.publish(OrderCancelled({ orderId, customerId: ann, reason: 'customer-request' }));
const of = (orderId: string) => (each: { orderId: string }) => each.orderId === orderId;
const payment = async (orderId: string, as: string | typeof SAM = 'ann') =>
  (await payments.http(`GET /payments?orderId=${orderId}`, { as })).body.items[0];
const invoice = (orderId: string, as: string | typeof SAM = 'ann') =>
  payments.http(`GET /invoices/${orderId}`, { as });
const ledger = (orderId: string) => provider.ledger(captureKeyOf(orderId));
const refund = (id: string, amount: unknown, { as = SAM as string | typeof SAM, key = randomUUID() } = {}) =>
  payments.http(`POST /payments/${id}/refunds`, { as, key, body: { amount } });
const endsAs = (orderId: string, status: string) =>
  eventually(async () => (await payment(orderId))?.status === status, { timeoutMs: 15_000 });

describe('A payment that is due', () => {
  it('is captured, and has an invoice', async () => {
    const orderId = await due();

    const captured = await payments.published(PaymentCaptured, of(orderId));

    expect(captured).toMatchObject({ customerId: ann, amount: EUR(4400) });
    expect(await payment(orderId)).toEqual({
      ...{ id: captured.paymentId, orderId, status: 'captured' },
      ...{ amount: EUR(4400), refunded: EUR(0) },
    });
    expect(await invoice(orderId)).toMatchObject({
      status: 200,
      body: { number: expect.any(Number), orderId, amount: EUR(4400), creditNotes: [] },
    });
    expect(await ledger(orderId)).toEqual([['captured', 4400]]);
  });

  it.each(['tok_slow', 'tok_flaky', 'tok_lost_reply'])('from %s is charged once', async (token) => {
    const orderId = await due(token);

    await endsAs(orderId, 'captured');

    expect(await ledger(orderId)).toEqual([['captured', 4400]]);
    expect(await payments.story(orderId)).toEqual(['payments.payment-captured.v1']);
  });

  it.each(['tok_declined', 'tok_unheard_of'])('from %s is declined, and has no invoice', async (token) => {
    const orderId = await due(token);

    const { reason } = await payments.published(PaymentDeclined, of(orderId));

    expect(reason).toBe('card-declined');
    expect(await payment(orderId)).toMatchObject({ status: 'declined', reason: 'card-declined' });
    expect(await invoice(orderId)).toMatchObject({
      status: 404,
      body: { code: 'payments.invoice-not-found' },
    });
  });
});

describe('A cancelled order', () => {
  it('gets back what it paid', async () => {
    const orderId = await due();
    await payments.published(PaymentCaptured, of(orderId));

    await cancel(orderId);

    const refunded = await payments.published(PaymentRefunded, of(orderId));
    expect(refunded).toMatchObject({ amount: EUR(4400), refunded: EUR(4400), reason: 'cancellation' });
    expect(await payment(orderId)).toMatchObject({ status: 'refunded', refunded: EUR(4400) });
    expect((await invoice(orderId)).body.creditNotes).toMatchObject([
      { amount: EUR(4400), reason: 'cancellation' },
    ]);
    expect(await ledger(orderId)).toEqual([
      ['captured', 4400],
      ['refunded', 4400],
    ]);
  });

  it('leaves no money behind when it crosses with its payment', async () => {
    const orders = await Promise.all(
      ['tok_slow', 'tok_ok', 'tok_lost_reply', 'tok_slow'].map((token) => due(token)),
    );
    await Promise.all(orders.map(cancel));

    for (const orderId of orders) {
      await eventually(async () => ['declined', 'refunded'].includes((await payment(orderId))?.status));
      const story = await payments.story(orderId);
      expect([
        ['payments.payment-declined.v1'],
        ['payments.payment-captured.v1', 'payments.payment-refunded.v1'],
      ]).toContainEqual(story);
      const books = (await ledger(orderId)).map(([kind]) => kind);
      expect(books).toEqual(story.length === 2 ? ['captured', 'refunded'] : []);
    }
  });

  it('is never paid when it is heard of before its payment', async () => {
    const orderId = uuidv7();
    await cancel(orderId);
    await payments.quiet();

    await due('tok_ok', orderId);

    expect(await payments.story(orderId)).toEqual(['payments.payment-declined.v1']);
    expect(await ledger(orderId)).toEqual([]);
  });
});

describe('While the provider', () => {
  it.each([
    ['is away', () => provider.kill(), () => provider.start()],
    ['hangs', async () => provider.hang(), async () => provider.go()],
  ])('%s, payments wait, what else happens does not, and nothing is lost', async (_, leave, comeBack) => {
    const paid = await due();
    await payments.published(PaymentCaptured, of(paid));
    await leave();

    const waiting = await Promise.all(Array.from({ length: 8 }, () => due()));
    const ended = await due();
    await cancel(ended);
    await cancel(paid);
    const unpaid = uuidv7();
    await cancel(unpaid);
    await due('tok_ok', unpaid);
    await payments.published(PaymentDeclined, of(unpaid));
    expect(await payment(waiting[0]!)).toMatchObject({ status: 'pending' });

    await comeBack();

    for (const orderId of waiting) await endsAs(orderId, 'captured');
    await endsAs(paid, 'refunded');
    await eventually(async () => ['declined', 'refunded'].includes((await payment(ended)).status));
    for (const orderId of waiting) expect(await ledger(orderId)).toEqual([['captured', 4400]]);
    const taken = (await ledger(ended)).reduce((sum, [, amount], n) => sum + (n % 2 ? -amount : amount), 0);
    expect(taken).toBe(0);
  });
});

describe('Goodwill', () => {
  it('gives some of it back, once per idempotency key, and never more than was paid', async () => {
    const orderId = await due();
    const { paymentId } = await payments.published(PaymentCaptured, of(orderId));
    const key = randomUUID();

    const answers = await Promise.all([1, 2, 3].map(() => refund(paymentId, EUR(1400), { key })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 202,
      body: { paymentId, amount: EUR(1400), status: 'requested' },
    });
    await payments.published(PaymentRefunded, of(orderId));

    expect(await refund(paymentId, EUR(3001))).toMatchObject({
      status: 409,
      body: { code: 'payments.refund-too-large', left: EUR(3000) },
    });
    expect(await refund(paymentId, EUR(1), { key })).toMatchObject({ status: 422 });
    expect(await payment(orderId)).toMatchObject({ status: 'captured', refunded: EUR(1400) });
    expect((await invoice(orderId)).body.creditNotes).toMatchObject([{ reason: 'goodwill' }]);
  });

  it('is for staff to show, in the currency that was paid', async () => {
    const orderId = await due();
    const { paymentId } = await payments.published(PaymentCaptured, of(orderId));

    expect(await refund(paymentId, EUR(1), { as: 'ann' })).toMatchObject({ status: 403 });
    expect(await refund(uuidv7(), EUR(1))).toMatchObject({ status: 404 });
    for (const amount of [EUR(0), EUR(1.5), { amount: 1, currency: 'USD' }, 1, null])
      expect(await refund(paymentId, amount)).toMatchObject({ status: 400 });
    const keyless = { as: SAM, body: { amount: EUR(1) } };
    expect(await payments.http(`POST /payments/${paymentId}/refunds`, keyless)).toMatchObject({
      status: 400,
    });
    expect(await ledger(orderId)).toEqual([['captured', 4400]]);
  });
});

describe('Payments and invoices', () => {
  it('are their customer’s and staff’s to see, page by page, and nobody else’s', async () => {
    const orderId = await due();
    await endsAs(orderId, 'captured');

    expect(await payment(orderId, 'bob')).toBeUndefined();
    expect(await invoice(orderId, 'bob')).toMatchObject({ status: 404 });
    expect(await payment(orderId, SAM)).toMatchObject({ orderId });
    expect(await invoice(orderId, SAM)).toMatchObject({ status: 200 });
    const page = (await payments.http('GET /payments?limit=1', { as: 'ann' })).body;
    const rest = (await payments.http(`GET /payments?limit=1&cursor=${page.nextCursor}`, { as: 'ann' })).body;
    expect([page.items[0].orderId, rest.items.length]).toEqual([orderId, 1]);
    expect(rest.items[0].orderId < orderId).toBe(true);
    expect(JSON.stringify(page)).not.toContain('tok_');
  });

  it.each(['GET /payments?orderId=no-uuid', 'GET /invoices/no-uuid', 'GET /payments?limit=0'])(
    'are not to be had by %s',
    async (what) => {
      expect(await payments.http(what, { as: 'ann' })).toMatchObject({ status: 400 });
    },
  );
});

describe('Reconciliation', () => {
  it('finds what the provider did and nobody here knows of, and shows it to staff', async () => {
    const stray = captureKeyOf(uuidv7());
    await provider.put(`/captures/${stray}`, { amount: 700, currency: 'EUR', token: 'tok_ok' });

    const found = await eventually(
      async () => {
        await payments.due(ReconciliationDue({ books: 'provider' }));
        const { body } = await payments.http('GET /payments/discrepancies', { as: SAM });
        return body.items.length > 0 && body;
      },
      { timeoutMs: 15_000, everyMs: 100 },
    );

    expect(found).toEqual({
      items: [
        {
          ...{ id: expect.any(String), kind: 'unknown-here', key: stray, theirs: EUR(700) },
          foundAt: expect.any(String),
        },
      ],
      nextCursor: null,
    });
    expect(await payments.http('GET /payments/discrepancies', { as: 'ann' })).toMatchObject({ status: 403 });
  });

  it('can be asked for by staff', async () => {
    expect(await payments.http('POST /payments/reconciliations', { as: SAM })).toMatchObject({ status: 202 });
    expect(await payments.http('POST /payments/reconciliations', { as: 'ann' })).toMatchObject({
      status: 403,
    });
    await payments.quiet();
  });
});
