import { Cart, type CartItem } from './cart';
import { CartIsFull, QuantityOutOfRange } from './cart-errors';

const cartOf = (...items: CartItem[]) => Cart.restore(items);

describe('A cart', () => {
  it('holds what was put in, in that order', () => {
    const cart = cartOf();

    cart.put('MUG', 2);
    cart.put('TEA', 1);

    expect(cart.items).toEqual([
      { sku: 'MUG', quantity: 2 },
      { sku: 'TEA', quantity: 1 },
    ]);
  });

  it('holds the last quantity that was wanted of a product', () => {
    const cart = cartOf({ sku: 'MUG', quantity: 2 }, { sku: 'TEA', quantity: 1 });

    cart.put('MUG', 5);

    expect(cart.items).toEqual([
      { sku: 'MUG', quantity: 5 },
      { sku: 'TEA', quantity: 1 },
    ]);
  });

  it('forgets what was taken out', () => {
    const cart = cartOf({ sku: 'MUG', quantity: 2 }, { sku: 'TEA', quantity: 1 });

    cart.remove('MUG');
    cart.remove('NEVER-IN');

    expect(cart.items).toEqual([{ sku: 'TEA', quantity: 1 }]);
  });

  it.each([0, -1, 1.5, 1000, Number.NaN])('refuses %d pieces', (quantity) => {
    const cart = cartOf();

    expect(() => cart.put('MUG', quantity)).toThrow(QuantityOutOfRange);
    expect(cart.items).toEqual([]);
  });

  it('refuses a fifty-first product, but not more of one it holds', () => {
    const cart = cartOf(...Array.from({ length: 50 }, (_, n) => ({ sku: `SKU-${n}`, quantity: 1 })));

    cart.put('SKU-7', 9);

    expect(() => cart.put('SKU-50', 1)).toThrow(CartIsFull);
  });
});
