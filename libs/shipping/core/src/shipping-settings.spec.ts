import { ShippingSettings } from './shipping-settings';

describe('The settings of shipping', () => {
  it('let a simulated carrier collect after three seconds, and ring after five more', () => {
    expect(new ShippingSettings({})).toEqual({
      carrier: 'simulated',
      dispatchAfterMs: 3_000,
      deliveryAfterMs: 5_000,
    });
  });

  it('are read as they are written', () => {
    const env = { CARRIER: 'manual', SHIPPING_DISPATCH_AFTER: '250ms', SHIPPING_DELIVERY_AFTER: '2h' };

    expect(new ShippingSettings(env)).toEqual({
      carrier: 'manual',
      dispatchAfterMs: 250,
      deliveryAfterMs: 7_200_000,
    });
  });

  it.each([
    ['CARRIER', 'pigeon'],
    ['SHIPPING_DISPATCH_AFTER', '3'],
    ['SHIPPING_DISPATCH_AFTER', '0s'],
    ['SHIPPING_DELIVERY_AFTER', '5 seconds'],
  ])('refuse %s "%s" by name', (name, text) => {
    expect(() => new ShippingSettings({ [name]: text })).toThrow(`${name} is "${text}"`);
  });
});
