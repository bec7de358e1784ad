import { OrdersSettings } from './orders-settings';

describe('The settings of orders', () => {
  it('give a checkout a quarter of an hour, and close a delivered order soon', () => {
    expect(new OrdersSettings({})).toEqual({ checkoutDeadlineMs: 900_000, completesAfterMs: 5_000 });
  });

  it.each(['ORDERS_CHECKOUT_DEADLINE', 'ORDERS_COMPLETE_AFTER'])(
    'refuse by name what %s cannot be',
    (name) => {
      expect(() => new OrdersSettings({ [name]: '15 minutes' })).toThrow(name);
    },
  );
});
