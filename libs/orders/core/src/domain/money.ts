/** An amount in minor units: 1250 EUR is twelve euros fifty. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What `quantity` pieces at `price` cost together. */
export const times = (price: Money, quantity: number): Money =>
  money(price.amount * quantity, price.currency);

/** The sum of one or more amounts of one currency. */
export function sum(amounts: readonly Money[]): Money {
  const [first, ...others] = amounts;
  if (!first) throw new RangeError('The sum of nothing has no currency');
  return others.reduce((total, { amount, currency }) => {
    if (currency !== total.currency) throw new RangeError(`${currency} cannot be added to ${total.currency}`);
    return money(total.amount + amount, currency);
  }, first);
}

function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is more than can be counted exactly`);
  return { amount, currency };
}

/** Such as `EUR 12.50`, with as many digits as its currency has. */
export function words({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
