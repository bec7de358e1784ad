import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { Weather } from '../testing/in-memory-provider';
import { ANN, EUR, ORDER, payments } from '../testing/payments';
import { paymentIdOf } from './payment';
import { ForeignCurrency, PaymentNotFound, RefundTooLarge } from './payment-errors';

beforeAll(() => Logger.overrideLogger(false));

const ID = paymentIdOf(ORDER);
const whose = { orderId: ORDER, paymentId: ID, customerId: ANN };

describe('The id of a payment', () => {
  it('is made from that of its order, and of version 7', () => {
    expect(paymentIdOf(ORDER)).toBe(paymentIdOf(ORDER));
    expect(paymentIdOf(ORDER)).toMatch(/^0190b6a0-0000-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(paymentIdOf(ORDER.replace(/1$/, '2'))).not.toBe(paymentIdOf(ORDER));
  });
});

describe('A payment that is due', () => {
  it('is captured by a timer, announced and invoiced', async () => {
    const { due, callProvider, published, issued, state, timers } = payments();
    await due();
    expect(await state()).toMatchObject({ status: 'pending', amount: EUR(4400), refunded: EUR(0) });

    await callProvider();

    expect(published).toEqual([{ type: 'payments.payment-captured', data: { ...whose, amount: EUR(4400) } }]);
    expect(issued).toMatchObject([
      { number: 1, kind: 'invoice', amount: EUR(4400), providerKey: `capture:${ORDER}` },
    ]);
    expect(await state()).toMatchObject({ status: 'captured' });
    expect(timers.waiting).toHaveLength(1);
  });

  it('is declined when the card is, and nothing else is tried', async () => {
    const { due, callProvider, published, issued, state } = payments();
    await due(ORDER, { paymentToken: 'tok_declined' });

    await callProvider();
    await due(ORDER, { paymentToken: 'tok_declined' });
    await callProvider();

    expect(published).toEqual([
      { type: 'payments.payment-declined', data: { ...whose, reason: 'card-declined' } },
    ]);
    expect(issued).toEqual([]);
    expect(await state()).toMatchObject({ status: 'declined', reason: 'card-declined' });
  });

  it('is tried again, later and later, while the provider is away', async () => {
    const { due, callProvider, provider, timers, published } = payments();
    await due();
    provider.weather = 'away';

    await callProvider();
    const [first] = timers.waiting;
    await callProvider();
    const [second] = timers.waiting;

    expect(first).toMatchObject({ data: { attempt: 2 } });
    expect(first!.due.getTime() - Date.now()).toBeGreaterThan(700);
    expect(second).toMatchObject({ data: { attempt: 3 } });
    expect(second!.due.getTime() - Date.now()).toBeGreaterThan(1_400);
    expect(published).toEqual([]);
  });

  it('is charged once when the reply was lost', async () => {
    const { due, callProvider, provider, taken, state } = payments();
    await due();
    provider.weather = 'lost';
    await callProvider();
    expect(await state()).toMatchObject({ status: 'pending' });

    provider.weather = 'fine';
    await callProvider();

    expect(await state()).toMatchObject({ status: 'captured' });
    expect(taken()).toBe(1);
  });
});

describe('A cancelled order', () => {
  it('that was not paid yet never is', async () => {
    const { due, cancel, settle, taken, published, state } = payments();
    await due();

    await cancel();
    await settle();

    expect(taken()).toBe(0);
    expect(published).toEqual([
      { type: 'payments.payment-declined', data: { ...whose, reason: 'order-cancelled' } },
    ]);
    expect(await state()).toMatchObject({ status: 'declined', reason: 'order-cancelled' });
  });

  it('that was not even due yet never is paid', async () => {
    const { due, cancel, settle, taken, published, state } = payments();
    await cancel();
    expect(await state()).toBeUndefined();

    await due();
    await settle();

    expect(taken()).toBe(0);
    expect(published).toEqual([
      { type: 'payments.payment-declined', data: { ...whose, reason: 'order-cancelled' } },
    ]);
  });

  it('that is being paid in this moment gets its money back', async () => {
    const { due, cancel, beginCall, settle, state, provider, published } = payments();
    await due();
    const finish = await beginCall(ORDER);

    await cancel();
    await finish!();
    await settle();

    expect(published.map(({ type }) => type)).toEqual([
      'payments.payment-captured',
      'payments.payment-refunded',
    ]);
    expect(await state()).toMatchObject({ status: 'refunded', refunded: EUR(4400) });
    expect(provider.balance(`capture:${ORDER}`)).toBe(0);
  });

  it('whose payment got lost on its way back is asked about, and gets its money back', async () => {
    const { due, cancel, callProvider, settle, provider, state } = payments();
    await due();
    provider.weather = 'lost';
    await callProvider();

    await cancel();
    await settle();

    expect(await state()).toMatchObject({ status: 'refunded' });
    expect(provider.balance(`capture:${ORDER}`)).toBe(0);
  });

  it('gets back what goodwill has not given it yet', async () => {
    const { due, giveBack, cancel, settle, published, issued } = payments();
    await due();
    await settle();
    await giveBack(1400);
    await cancel();
    await settle();

    expect(published.slice(1)).toMatchObject([
      { data: { amount: EUR(1400), refunded: EUR(1400), reason: 'goodwill' } },
      { data: { amount: EUR(3000), refunded: EUR(4400), reason: 'cancellation' } },
    ]);
    expect(issued.map(({ number, kind, amount }) => [number, kind, amount.amount])).toEqual([
      [1, 'invoice', 4400],
      [2, 'credit-note', 1400],
      [3, 'credit-note', 3000],
    ]);
  });
});

describe('Goodwill', () => {
  it('gives back no more than was paid, what is on its way included', async () => {
    const { due, giveBack, settle } = payments();
    await due();
    await settle();
    await giveBack(4000);

    await expect(giveBack(401)).rejects.toMatchObject({ code: 'payments.refund-too-large', left: EUR(400) });
    await giveBack(400);
    await expect(giveBack(1)).rejects.toThrow(RefundTooLarge);
  });

  it('gives nothing back of what was never taken, in no other currency, and of no payment that there is not', async () => {
    const { due, giveBack, settle } = payments();
    await expect(giveBack(1)).rejects.toThrow(PaymentNotFound);

    await due();
    await expect(giveBack(1)).rejects.toThrow(RefundTooLarge);
    await settle();
    await expect(giveBack(1, { currency: 'USD' })).rejects.toThrow(ForeignCurrency);
  });
});

describe('Payments, whatever happens in whatever order', () => {
  const orders = [1, 2].map((n) => `0190b6a0-0000-7000-8000-00000000000${n}`);
  const order = fc.constantFrom(...orders);
  const act = fc.oneof(
    fc.record({ do: fc.constant('due' as const), order, declined: fc.boolean() }),
    fc.record({ do: fc.constant('cancel' as const), order }),
    fc.record({ do: fc.constant('giveBack' as const), order, amount: fc.integer({ min: 1, max: 700 }) }),
    fc.record({ do: fc.constant('weather' as const), as: fc.constantFrom<Weather>('fine', 'lost', 'away') }),
    // A call begins; it ends later, maybe after others that began later, or twice, or never, as when its process dies.
    { arbitrary: fc.record({ do: fc.constant('begin' as const), order }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(7) }), weight: 3 },
  );

  it('take at most once, give back at most what they took, and all of it once the order is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40, size: 'max' }), async (acts) => {
        const shop = payments();
        const { provider } = shop;
        const begun: (() => Promise<void>)[] = [];
        const cancelled = new Set<string>();
        const refusals: unknown[] = [];

        for (const each of acts) {
          if (each.do === 'due')
            await shop.due(each.order, {
              amount: 1000,
              paymentToken: each.declined ? 'tok_declined' : 'tok_ok',
            });
          else if (each.do === 'cancel') {
            await shop.cancel(each.order);
            cancelled.add(each.order);
          } else if (each.do === 'giveBack')
            await shop.giveBack(each.amount, { orderId: each.order }).catch((error) => refusals.push(error));
          else if (each.do === 'weather') provider.weather = each.as;
          else if (each.do === 'begin') {
            const finish = await shop.beginCall(each.order);
            if (finish) begun.push(finish);
          } else await begun[each.which]?.();
        }
        for (const orderId of orders) await shop.settle(orderId);

        expect(refusals.filter((error) => !isRefusal(error))).toEqual([]);
        for (const orderId of orders) {
          const key = `capture:${orderId}`;
          const state = await shop.state(orderId);
          const told = (type: string) =>
            shop.published.filter(
              (event) =>
                event.type === `payments.payment-${type}` &&
                (event.data as { orderId: string }).orderId === orderId,
            );
          const refunded = told('refunded').reduce(
            (sum, { data }) => sum + (data as { amount: { amount: number } }).amount.amount,
            0,
          );

          expect(provider.taken(key)).toBeLessThanOrEqual(1);
          expect(told('captured')).toHaveLength(provider.taken(key));
          expect(told('captured').length + told('declined').length).toBe(state ? 1 : 0);
          expect(provider.sum('refunded', key)).toBe(refunded);
          expect(provider.sum('refunded', key)).toBe(state?.refunded.amount ?? 0);
          expect(provider.balance(key)).toBeGreaterThanOrEqual(0);
          if (cancelled.has(orderId)) expect(provider.balance(key)).toBe(0);
          expect(shop.issued.filter((paper) => paper.orderId === orderId)).toHaveLength(
            told('captured').length + told('refunded').length,
          );
        }
        expect(shop.issued.map(({ number }) => number)).toEqual(shop.issued.map((_, index) => index + 1));
      }),
      { numRuns: 200 },
    );
  });

  const isRefusal = (error: unknown) => error instanceof RefundTooLarge || error instanceof PaymentNotFound;
});
