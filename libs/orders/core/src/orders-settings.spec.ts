import { OrdersSettings } from './orders-settings';

describe('The checkout deadline', () => {
  it.each([
    [undefined, 900_000],
    ['', 900_000],
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
  ])('set to %s is %d ms', (text, ms) => {
    expect(new OrdersSettings({ ORDERS_CHECKOUT_DEADLINE: text }).checkoutDeadlineMs).toBe(ms);
  });

  it.each(['15', '0m', '-1m', '1.5h', '15 minutes'])('set to "%s" is refused by name', (text) => {
    expect(() => new OrdersSettings({ ORDERS_CHECKOUT_DEADLINE: text })).toThrow('ORDERS_CHECKOUT_DEADLINE');
  });
});
