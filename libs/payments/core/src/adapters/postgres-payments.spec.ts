import { contextDatabase, type ContextDatabase } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import type { Document } from '../domain/invoices';
import { type Payment, paymentIdOf } from '../domain/payment';
import { PaymentChangedMeanwhile, RefundTooLarge } from '../domain/payment-errors';
import type { LedgerEntry } from '../domain/reconciliation';
import { ANN, EUR } from '../testing/payments';
import { payments as migration } from './migrations/0001-payments';
import { PaymentListRebuild } from './payment-list-rebuild';
import { PostgresInvoices } from './postgres-invoices';
import { PostgresPaymentList } from './postgres-payment-list';
import { PostgresPayments } from './postgres-payments';
import { PostgresReconciliation } from './postgres-reconciliation';

let context: ContextDatabase;
let payments: PostgresPayments;
let list: PostgresPaymentList;
let invoices: PostgresInvoices;
let reconciliation: PostgresReconciliation;
let rebuild: PaymentListRebuild;

beforeAll(async () => {
  context = await contextDatabase({ name: 'payments', migrations: [migration] });
  const { database } = context;
  payments = new PostgresPayments(database);
  list = new PostgresPaymentList(database);
  invoices = new PostgresInvoices(database);
  reconciliation = new PostgresReconciliation(database);
  rebuild = new PaymentListRebuild(database);
});
afterAll(() => context.drop());
beforeEach(async () => {
  for (const table of ['payment_events', 'payments', 'invoices', 'provider_ledger', 'discrepancies'])
    await context.database.query(`DELETE FROM ${table}`);
  await context.database.query('UPDATE invoice_numbers SET last = 0');
});

const NINE = new Date('2026-03-02T09:00:00.000Z');
const TEN = new Date('2026-03-02T10:00:00.000Z');

/** Asks for 44 euros, and does what else is said. Returns the order's id. */
const pay = async (then: (payment: Payment) => void = () => undefined, customerId = ANN): Promise<string> => {
  const orderId = uuidv7();
  await payments.change(paymentIdOf(orderId), (payment) => {
    payment.askFor({ orderId, customerId, amount: EUR(4400), token: 'tok_secret' }, NINE);
    then(payment);
  });
  return orderId;
};
const captured = (payment: Payment) => payment.learn('captured', uuidv7(), TEN);
const cancel = (orderId: string) =>
  payments.change(paymentIdOf(orderId), (payment) =>
    payment.cancel({ orderId, customerId: ANN }, uuidv7(), TEN),
  );
const rows = () => list.of({ limit: 100 });

describe('Payments in PostgreSQL', () => {
  it('come back as what happened to them, and are listed as what they are', async () => {
    const refundId = uuidv7();
    const orderId = await pay(captured);
    const id = paymentIdOf(orderId);

    await payments.change(id, (payment) =>
      payment.giveBack({ refundId, amount: EUR(400), note: 'sorry' }, TEN),
    );
    await payments.change(id, (payment) => payment.refundMade(refundId, TEN));

    const expected = {
      ...{ id, orderId, customerId: ANN, status: 'captured', requestedAt: NINE },
      ...{ amount: EUR(4400), refunded: EUR(400) },
    };
    expect((await payments.find(id)).state).toEqual(expected);
    expect(await rows()).toEqual([expected]);
    expect(await eventTypes(id)).toEqual(['payment-requested', 'captured', 'refund-requested', 'refunded']);
  });

  it('are changed by one at a time, the first time as well', async () => {
    const orderId = uuidv7();
    const due = { orderId, customerId: ANN, amount: EUR(4400), token: 'tok_ok' };
    const ask = (payment: Payment) => payment.askFor(due, NINE);

    await Promise.all(
      Array.from({ length: 8 }, () => payments.change(paymentIdOf(orderId), ask)).concat(
        Array.from({ length: 8 }, () => cancel(orderId)),
      ),
    );
    await payments.change(paymentIdOf(orderId), captured);

    const types = await eventTypes(paymentIdOf(orderId));
    expect(types.filter((type) => type === 'payment-requested')).toHaveLength(1);
    expect(types.filter((type) => type === 'cancellation-noted')).toHaveLength(1);
  });

  it('never give back more than was taken, however many want it at once', async () => {
    const id = paymentIdOf(await pay(captured));

    const refunds = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        payments.change(id, (payment) => payment.giveBack({ refundId: uuidv7(), amount: EUR(1000) }, TEN)),
      ),
    );

    expect(refunds.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    for (const each of refunds)
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(RefundTooLarge);
  });

  it('refuse who did not take turns, and keep nothing of it', async () => {
    const id = paymentIdOf(await pay());

    const late = payments.change(id, async (payment) => {
      const passing = { type: 'captured', version: 1, data: '{}', at: TEN };
      await insert(id, 2, passing);
      captured(payment);
    });

    await expect(late).rejects.toThrow(PaymentChangedMeanwhile);
    expect(await eventTypes(id)).toEqual(['payment-requested']);
  });

  it('are listed for a customer or an order, the newest first, page by page', async () => {
    const bob = uuidv7();
    const [first, , third] = [await pay(), await pay(captured, bob), await pay()];

    const page = await list.of({ customerId: ANN, limit: 1 });
    const rest = await list.of({ customerId: ANN, limit: 5, after: page[0]!.id });

    expect([...page, ...rest].map(({ orderId }) => orderId)).toEqual([third, first]);
    expect(await list.of({ customerId: bob, orderId: first, limit: 5 })).toEqual([]);
  });
});

describe('The list of payments', () => {
  it('is made anew to the same rows, from events of both versions, and without the tombstones', async () => {
    const orderId = uuidv7();
    const id = paymentIdOf(orderId);
    const asked = { orderId, customerId: ANN, amount: 4400, currency: 'EUR', token: 'tok_ok' };
    await insert(id, 1, { type: 'payment-requested', version: 1, data: JSON.stringify(asked), at: NINE });
    await payments.change(id, captured);
    await pay(captured);
    await pay((payment) => payment.learn('declined', uuidv7(), TEN));
    await cancel(await pay(captured));
    await cancel(uuidv7());
    const before = await rows();

    await context.database.query('DELETE FROM payments WHERE id = $1', [id]);
    await context.database.query("UPDATE payments SET status = 'pending', reason = NULL");
    await context.database.query(`
      INSERT INTO payments SELECT gen_random_uuid(), gen_random_uuid(), customer_id, status, reason, currency, amount, refunded, requested_at
        FROM payments LIMIT 1`);

    expect(await rebuild.rebuild({ check: true })).toEqual({ rows: 5, differing: 5 });
    expect(await rebuild.rebuild({})).toEqual({ rows: 5, differing: 5 });
    expect(await rows()).toEqual(before);
    expect(before).toHaveLength(4);
    expect(await rebuild.rebuild({})).toEqual({ rows: 5, differing: 0 });
  });
});

describe('Invoices', () => {
  const document = (but: Partial<Document> = {}): Document => {
    const orderId = uuidv7();
    return {
      ...{ kind: 'invoice', paymentId: paymentIdOf(orderId), orderId, customerId: ANN, amount: EUR(4400) },
      ...{ providerKey: `capture:${orderId}`, issuedAt: TEN },
      ...but,
    };
  };
  const issue = (paper: Document) => context.database.run(() => invoices.issue(paper));

  it('are numbered without gaps, whatever is rolled back meanwhile', async () => {
    const papers = Array.from({ length: 12 }, () => document());

    await Promise.all(
      papers.map((paper, n) =>
        n % 3
          ? issue(paper)
          : context.database
              .run(async () => {
                await invoices.issue(paper);
                throw new Error('rolled back');
              })
              .catch(() => undefined),
      ),
    );

    const numbers = await context.database.query<{ number: string }>(
      'SELECT number FROM invoices ORDER BY number',
    );
    expect(numbers.map(({ number }) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are kept with the credit notes that follow', async () => {
    const invoice = document();
    const note = document({
      ...{ kind: 'credit-note', orderId: invoice.orderId, amount: EUR(400), reason: 'goodwill' },
      providerKey: 'refund:1',
    });
    await issue(invoice);
    await issue(note);

    expect(await invoices.of(invoice.orderId)).toEqual([
      { ...invoice, number: 1 },
      { ...note, number: 2 },
    ]);
    await expect(issue(note)).rejects.toThrow('unique');
  });

  describe('beside the ledger of the provider', () => {
    const entry = (position: number, paper: Document, but: Partial<LedgerEntry> = {}): LedgerEntry => ({
      ...{ position, kind: paper.kind === 'invoice' ? 'captured' : 'refunded', key: paper.providerKey },
      ...{ captureKey: `capture:${paper.orderId}`, amount: paper.amount, at: TEN },
      ...but,
    });
    const compare = (...entries: LedgerEntry[]) => reconciliation.compare(entries, TEN, new Date());

    it('agree, however often the same is copied', async () => {
      const paper = document();
      await issue(paper);

      expect(await compare(entry(1, paper))).toEqual([]);
      expect(await compare(entry(1, paper))).toEqual([]);
      expect(await reconciliation.position()).toBe(1);
    });

    it('differ in either direction, in amounts, and by what was made twice', async () => {
      const [theirs, ours, dear, twice] = [document(), document(), document(), document()];
      for (const paper of [ours, dear, twice]) await issue(paper);

      const open = await compare(
        entry(1, theirs),
        entry(2, dear, { amount: EUR(4401) }),
        entry(3, twice),
        entry(4, twice),
      );

      expect(open.map(({ kind, key, ours, theirs }) => [kind, key, ours?.amount, theirs?.amount])).toEqual(
        expect.arrayContaining([
          ['unknown-here', theirs.providerKey, undefined, 4400],
          ['unknown-there', ours.providerKey, 4400, undefined],
          ['amount-differs', dear.providerKey, 4400, 4401],
          ['made-twice', twice.providerKey, 4400, 8800],
        ]),
      );
      expect(open).toHaveLength(4);
    });

    it('settle what was a matter of time, and leave alone what may be under way', async () => {
      const paper = document();
      const now = new Date();
      expect(await compare(entry(1, paper, { at: now }))).toEqual([]);
      const [found] = await reconciliation.compare([], now, now);
      expect(found).toMatchObject({ kind: 'unknown-here', foundAt: now });

      await issue(paper);

      expect(await compare()).toEqual([]);
      expect(await reconciliation.discrepancies({ limit: 5 })).toMatchObject([
        { id: found!.id, settledAt: expect.any(Date) },
      ]);
    });
  });
});

const insert = (
  id: string,
  sequence: number,
  { type, version, data, at }: { type: string; version: number; data: string; at: Date },
) =>
  context.database.query(
    'INSERT INTO payment_events (payment_id, sequence, type, version, data, at) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, sequence, type, version, data, at],
  );

const eventTypes = async (id: string): Promise<string[]> =>
  (
    await context.database.query<{ type: string }>(
      'SELECT type FROM payment_events WHERE payment_id = $1 ORDER BY sequence',
      [id],
    )
  ).map(({ type }) => type);
