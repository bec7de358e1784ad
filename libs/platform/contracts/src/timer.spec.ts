import { z } from 'zod';
import { ContractViolation } from './errors';
import { timer } from './timer';

const CheckoutExpired = timer('orders.checkout-expired.v1', { orderId: z.string() }, { key: 'orderId' });

describe('A timer', () => {
  it('has a name, a context and a key', () => {
    expect({ ...CheckoutExpired }).toMatchObject({
      kind: 'timer',
      type: 'orders.checkout-expired.v1',
      context: 'orders',
      subject: 'orders.checkout-expired',
      version: 1,
      key: 'orderId',
    });
  });

  it('is validated when made and when read', () => {
    expect(CheckoutExpired({ orderId: '1', later: 1 } as never)).toEqual({
      contract: CheckoutExpired,
      data: { orderId: '1' },
    });
    expect(() => CheckoutExpired({ orderId: 1 } as never)).toThrow(ContractViolation);
    expect(() => CheckoutExpired.parse({})).toThrow(/orderId/);
  });

  it('needs a key that names it, and data that JSON carries', () => {
    expect(() => CheckoutExpired({ orderId: '' })).toThrow(/a key has 1 to 255/);
    expect(() => timer('orders.a.v1', { id: z.string() }, { key: 'other' as 'id' })).toThrow(
      /no field of it/,
    );
    expect(() => timer('orders.a.v1', { id: z.string(), due: z.date() }, { key: 'id' })).toThrow(
      /due is a z\.date/,
    );
  });
});
