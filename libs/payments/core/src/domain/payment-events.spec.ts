import { Payment } from './payment';
import { recordedOf, type StoredEvent, storedOf } from './payment-events';

const NINE = new Date('2026-03-02T09:00:00.000Z');
const whose = {
  orderId: '0190b6a0-0000-7000-8000-000000000001',
  customerId: '0190b6a0-0000-7000-8000-00000000000a',
};

describe('A payment that was asked for in version 1', () => {
  const old: StoredEvent = {
    type: 'payment-requested',
    version: 1,
    data: { ...whose, amount: 4400, currency: 'EUR', token: 'tok_ok' },
    at: NINE,
  };

  it('is read as if it had been written today', () => {
    const { version, data } = storedOf(recordedOf(old));

    expect(version).toBe(2);
    expect(data).toEqual({ ...whose, amount: { amount: 4400, currency: 'EUR' }, token: 'tok_ok' });
  });

  it('is the payment that it always was', () => {
    const captured = { type: 'captured', version: 1, data: {}, at: NINE };

    expect(Payment.of('a-payment', [old, captured].map(recordedOf)).state).toMatchObject({
      status: 'captured',
      amount: { amount: 4400, currency: 'EUR' },
    });
  });
});

describe('An event of a version to come', () => {
  it('is not guessed at', () => {
    expect(() => recordedOf({ type: 'captured', version: 2, data: {}, at: NINE })).toThrow('version 2');
  });
});
