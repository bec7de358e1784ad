import { assertContextName, contextOfErrorCode, parseMessageName } from './names';

describe('A message name', () => {
  it('says its context, its subject and its version', () => {
    expect(parseMessageName('orders.order-placed.v12')).toEqual({
      context: 'orders',
      subject: 'orders.order-placed',
      version: 12,
    });
  });

  it.each([
    'orders.order-placed',
    'orders.v1',
    'orders.order-placed.v0',
    'orders.order-placed.v01',
    'orders.order-placed.1',
    'orders.OrderPlaced.v1',
    'orders.order_placed.v1',
    'orders.order--placed.v1',
    'orders.order-.v1',
    '-orders.order-placed.v1',
    'shop.orders.order-placed.v1',
    'orders.order-placed.v1\n',
    `orders.${'a'.repeat(200)}.v1`,
    '',
  ])('is not %j', (name) => {
    expect(() => parseMessageName(name)).toThrow(/no message name/);
  });
});

describe('A context name', () => {
  it('is short enough to be a schema with a role beside it', () => {
    expect(() => assertContextName('orders')).not.toThrow();
    expect(() => assertContextName('a'.repeat(41))).toThrow(/no context name/);
  });

  it.each(['events', 'dead', 'requests', 'public', 'platform'])('is not %s, which is taken', (name) => {
    expect(() => assertContextName(name)).toThrow(/is taken/);
    expect(() => parseMessageName(`${name}.order-placed.v1`)).toThrow(/is taken/);
  });
});

describe('An error code', () => {
  it('names its context', () => {
    expect(contextOfErrorCode('catalog.unknown-sku')).toBe('catalog');
  });

  it.each(['unknown-sku', 'catalog.UnknownSku', 'catalog.unknown-sku.v1'])('is not %j', (code) => {
    expect(() => contextOfErrorCode(code)).toThrow(/no error code/);
  });
});
