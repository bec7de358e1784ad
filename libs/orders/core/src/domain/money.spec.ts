import fc from 'fast-check';
import { type Money, sum, times } from './money';

const euros = (amount: number): Money => ({ amount, currency: 'EUR' });

describe('Money', () => {
  it('adds up to the cent', () => {
    expect(sum([times(euros(1999), 3), euros(1)])).toEqual(euros(5998));
  });

  it('of two currencies is never added', () => {
    expect(() => sum([euros(1), { amount: 1, currency: 'USD' }])).toThrow('USD cannot be added to EUR');
  });

  it('is refused where it could no longer be counted exactly', () => {
    expect(() => times(euros(Number.MAX_SAFE_INTEGER), 2)).toThrow('counted exactly');
  });

  it('of any lines is the same in any order, and grouped in any way', () => {
    const line = fc.tuple(fc.nat(100_000_000), fc.integer({ min: 1, max: 999 }));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 50 }), fc.nat(), (lines, cut) => {
        const amounts = lines.map(([price, quantity]) => times(euros(price), quantity));
        const at = cut % amounts.length;
        const parts = [amounts.slice(0, at), amounts.slice(at)].filter((part) => part.length > 0);

        const exact = lines.reduce(
          (total, [price, quantity]) => total + BigInt(price) * BigInt(quantity),
          0n,
        );

        expect(BigInt(sum(amounts).amount)).toBe(exact);
        expect(sum([...amounts].reverse())).toEqual(sum(amounts));
        expect(sum(parts.map(sum))).toEqual(sum(amounts));
      }),
    );
  });
});
