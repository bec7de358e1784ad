import { z } from 'zod';
import { ContractViolation } from './errors';
import { event } from './event';

const OrderPlaced = event(
  'orders.order-placed.v1',
  { orderId: z.uuid(), note: z.string().optional() },
  { key: 'orderId' },
);

describe('Declaring an event', () => {
  it('gives its wire name, context, subject, version and key', () => {
    expect({ ...OrderPlaced }).toMatchObject({
      type: 'orders.order-placed.v1',
      context: 'orders',
      subject: 'orders.order-placed',
      version: 1,
      key: 'orderId',
    });
  });

  it('refuses a schema that JSON cannot carry', () => {
    expect(() =>
      event('orders.order-placed.v1', { orderId: z.string(), at: z.date() }, { key: 'orderId' }),
    ).toThrow(/not JSON-safe/);
  });

  it('refuses a name without a version', () => {
    expect(() => event('orders.order-placed', { orderId: z.string() }, { key: 'orderId' })).toThrow(
      /no message name/,
    );
  });
});

describe('Making an event', () => {
  it('names the field that does not fit', () => {
    expect(() => OrderPlaced({ orderId: 'no uuid' })).toThrow(ContractViolation);
    expect(() => OrderPlaced({ orderId: 'no uuid' })).toThrow(/orderId/);
  });

  it('drops fields it does not know, as every reader must', () => {
    const orderId = '0190b6a0-0000-7000-8000-000000000001';

    expect(OrderPlaced({ orderId, extra: 1 } as never).data).toEqual({ orderId });
  });
});
