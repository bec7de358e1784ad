import { SeamMisuse } from '@banyan/contracts';
import { contextDatabase } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProviderRefused, ProviderUnavailable } from '../domain/payment-provider';
import { PaymentsSettings } from '../payments-settings';
import { EUR } from '../testing/payments';
import { type ProviderProcess, providerProcess } from '../testing/provider-process';
import { HttpPaymentProvider } from './http-payment-provider';

let server: ProviderProcess;
let provider: HttpPaymentProvider;

const providerAt = (url: string, settings: Record<string, string> = {}) =>
  new HttpPaymentProvider(new PaymentsSettings({ PAYMENT_PROVIDER_URL: url, ...settings }));

beforeAll(async () => {
  server = await providerProcess({ PROVIDER_SLOW_MS: '400' });
  provider = providerAt(server.url);
});
afterAll(() => server.stop());

const newKey = () => `capture:${randomUUID()}`;
const pay = (key: string, token = 'tok_ok') => provider.capture(key, { amount: EUR(4400), token });

describe('The provider over HTTP', () => {
  it.each([
    ['tok_ok', 'captured'],
    ['tok_slow', 'captured'],
    ['tok_declined', 'declined'],
    ['nonsense', 'declined'],
  ])('asked to capture from %s says: %s', async (token, outcome) => {
    expect(await pay(newKey(), token)).toBe(outcome);
  });

  it('voids what did not happen, and says of what did that it is too late', async () => {
    const [early, late] = [newKey(), newKey()];
    await pay(late);

    expect(await provider.void(early)).toBe('voided');
    expect(await pay(early)).toBe('voided');
    expect(await provider.void(late)).toBe('captured');
  });

  it('gives back, and enters all of it in its ledger', async () => {
    const captureKey = newKey();
    await pay(captureKey);
    await provider.refund(`refund:${captureKey}`, { captureKey, amount: EUR(1400) });

    const entries = (await provider.ledger(0, 1000)).filter((entry) => entry.captureKey === captureKey);

    expect(entries).toEqual([
      {
        position: expect.any(Number),
        kind: 'captured',
        key: captureKey,
        captureKey,
        amount: EUR(4400),
        at: expect.any(Date),
      },
      expect.objectContaining({ kind: 'refunded', key: `refund:${captureKey}`, amount: EUR(1400) }),
    ]);
    expect(await provider.ledger(entries[1]!.position, 1000)).toEqual([]);
  });

  it('is unavailable while it fails, or its reply is lost, and then charges once', async () => {
    for (const token of ['tok_flaky', 'tok_lost_reply']) {
      const key = newKey();

      await expect(pay(key, token)).rejects.toThrow(ProviderUnavailable);
      if (token === 'tok_flaky') await expect(pay(key, token)).rejects.toThrow('it answered 503');
      expect(await pay(key, token)).toBe('captured');

      expect(await server.ledger(key)).toEqual([['captured', 4400]]);
    }
  });

  it('is unavailable when it takes too long, and when nothing listens there', async () => {
    const hasty = providerAt(server.url, { PAYMENTS_PROVIDER_TIMEOUT: '100ms' });

    await expect(hasty.capture(newKey(), { amount: EUR(1), token: 'tok_slow' })).rejects.toThrow(
      'did not answer within 100 ms',
    );
    await expect(providerAt('http://127.0.0.1:1').void(newKey())).rejects.toThrow(ProviderUnavailable);
  });

  it('refuses for good what contradicts itself', async () => {
    const key = newKey();
    await pay(key);

    await expect(provider.capture(key, { amount: EUR(1), token: 'tok_ok' })).rejects.toThrow(ProviderRefused);
    await expect(provider.refund(newKey(), { captureKey: key, amount: EUR(4401) })).rejects.toMatchObject({
      status: 409,
    });
  });

  it('is called by so many at a time only; the others are told soon', async () => {
    const narrow = providerAt(server.url, { PAYMENTS_PROVIDER_CALLS: '2' });
    const slow = [1, 2].map(() => narrow.capture(newKey(), { amount: EUR(1), token: 'tok_slow' }));

    await expect(narrow.void(newKey())).rejects.toThrow('busy');

    expect(await Promise.all(slow)).toEqual(['captured', 'captured']);
    expect(await narrow.void(newKey())).toBe('voided');
  });

  it.each<[string, RequestListener]>([
    ['a page', (_, response) => response.end('<html>Hello</html>')],
    ['a refusal of somebody else', (_, response) => response.writeHead(404).end('{"code":"not-found"}')],
    ['other JSON', (_, response) => response.end('{"status":"fine"}')],
  ])('is unavailable where %s answers in its place', async (_, listener) => {
    const other = createServer(listener).listen(0, '127.0.0.1');
    await once(other, 'listening');

    const call = providerAt(`http://127.0.0.1:${(other.address() as AddressInfo).port}`).void(newKey());

    await expect(call).rejects.toThrow('something else');
    other.closeAllConnections();
    other.close();
  });

  it('is never called inside a transaction', async () => {
    const { database, drop } = await contextDatabase({ name: 'payments', migrations: [] });

    await expect(database.run(() => pay(newKey()))).rejects.toThrow(SeamMisuse);

    await drop();
  });
});
