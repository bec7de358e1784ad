import { z } from 'zod';
import { ContractViolation } from './errors';
import { event, versionsOf } from './event';
import { sensitive } from './schema';

const OrderPlaced = event(
  'orders.order-placed.v1',
  { orderId: z.uuid(), note: z.string().optional() },
  { key: 'orderId' },
);

const orderId = '0190b6a0-0000-7000-8000-000000000001';

describe('Declaring an event', () => {
  it('gives its wire name, context, subject, version and key', () => {
    expect({ ...OrderPlaced }).toMatchObject({
      kind: 'event',
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
    ).toThrow(/not JSON-safe: at is a z.date/);
  });

  it('refuses a name without a version', () => {
    expect(() => event('orders.order-placed', { orderId: z.string() }, { key: 'orderId' })).toThrow(
      /no message name/,
    );
  });

  it.each([
    ['is no field', { id: z.string() }, /no field of it/],
    ['may be left out', { orderId: z.string().optional() }, /always there/],
    ['has a default', { orderId: z.string().default('x') }, /always there/],
    ['may be null', { orderId: z.string().nullable() }, /always there/],
    ['is a number', { orderId: z.int() }, /must be a string/],
    ['is sensitive', { orderId: sensitive(z.string()) }, /shown in logs/],
  ])('refuses a key that %s', (_, shape, reason) => {
    expect(() =>
      event('orders.order-placed.v1', shape as { orderId: z.ZodString }, { key: 'orderId' }),
    ).toThrow(reason);
  });
});

describe('Making an event', () => {
  it('names the field that does not fit', () => {
    expect(() => OrderPlaced({ orderId: 'no uuid' })).toThrow(ContractViolation);
    expect(() => OrderPlaced({ orderId: 'no uuid' })).toThrow(/orderId/);
  });

  it('drops fields it does not know, as every reader must', () => {
    expect(OrderPlaced({ orderId, extra: 1 } as never).data).toEqual({ orderId });
  });

  it('drops them at every depth', () => {
    const Nested = event(
      'orders.order-nested.v1',
      {
        id: z.string(),
        lines: z.array(z.object({ sku: z.string(), by: z.record(z.string(), z.object({})) })),
      },
      { key: 'id' },
    );

    const { data } = Nested({ id: '1', lines: [{ sku: 'A', later: 1, by: { x: { later: 1 } } }] } as never);

    expect(data).toEqual({ id: '1', lines: [{ sku: 'A', by: { x: {} } }] });
  });

  it('turns instances of classes into plain data', () => {
    class Line {
      readonly sku = 'A';
      price = () => 1;
    }
    const Listed = event(
      'orders.listed.v1',
      { id: z.string(), line: z.object({ sku: z.string() }) },
      { key: 'id' },
    );

    const { line } = Listed({ id: '1', line: new Line() }).data;

    expect(line).toStrictEqual({ sku: 'A' });
  });

  it.each(['', 'x'.repeat(256), 'a\0b'])('refuses a key that no index or header can hold', (id) => {
    const Listed = event('orders.listed.v1', { id: z.string() }, { key: 'id' });

    expect(() => Listed({ id })).toThrow(/id: a key has 1 to 255 characters/);
  });

  it('never quotes a value in a violation', () => {
    const Registered = event(
      'users.registered.v1',
      { id: z.string(), email: sensitive(z.email()), plan: z.enum(['free', 'paid']), age: z.int().max(9) },
      { key: 'id' },
    );

    const attempt = () => Registered({ id: '1', email: 'secret', plan: 'secret', age: 99 } as never);

    expect(attempt).toThrow(/email: .*plan: .*age: /);
    expect(attempt).not.toThrow(/secret|99/);
  });
});

describe('An event in two versions', () => {
  const OrderPlacedV2 = event(
    'orders.order-placed.v2',
    { orderId: z.uuid(), remark: z.string() },
    {
      key: 'orderId',
      previous: {
        contract: OrderPlaced,
        toPrevious: ({ remark, ...rest }) => ({ ...rest, note: remark }),
        fromPrevious: ({ note, ...rest }) => ({ ...rest, remark: note ?? 'none' }),
      },
    },
  );

  it('lists them oldest first', () => {
    expect(versionsOf(OrderPlacedV2)).toEqual([OrderPlaced, OrderPlacedV2]);
  });

  it('cannot name another event, or a later version, as the one before it', () => {
    const turn = { toPrevious: () => ({}), fromPrevious: () => ({ orderId }) } as never as object;
    const declare = (type: string, contract: unknown) => () =>
      event(type, { orderId: z.uuid() }, { key: 'orderId', previous: { ...turn, contract } as never });

    expect(declare('orders.order-confirmed.v2', OrderPlaced)).toThrow(/no earlier version/);
    expect(declare('orders.order-placed.v1', OrderPlacedV2)).toThrow(/no earlier version/);
    expect(declare('orders.order-placed.v2', OrderPlacedV2)).toThrow(/no earlier version/);
  });
});
