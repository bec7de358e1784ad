import { Currency, Sku, Uuid as AnyUuid } from '@banyan/contracts';
import { z } from 'zod';

export { Currency, Sku };

/** An id, in any case; handed on in lower case, so that equal ids are equal text. */
export const Uuid = AnyUuid.toLowerCase();

/** An amount in minor units: `{ "amount": 1250, "currency": "EUR" }`. Never a fraction, never negative. */
export const Money = z.strictObject({ amount: z.int().min(0), currency: Currency }).meta({ id: 'Money' });
export type Money = z.output<typeof Money>;

/** How many pieces of a product a person may ask for at once: 1 to 9999. */
export const Quantity = z.int().min(1).max(9999);

/** Text that a person wrote: 1 to `longest` characters, with no space around them. */
export const text = (longest: number) => z.string().trim().min(1).max(longest);

/** An integer of a query string, in plain digits. Chain `.default(…)` inside: `queryInteger((n) => n.min(1).default(5))`. */
export function queryInteger<Schema extends z.ZodType>(narrow: (integer: z.ZodInt) => Schema) {
  const digits = (value: unknown) =>
    typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : value;
  return z.preprocess(digits, narrow(z.int()));
}

/**
 * The query of a list: `limit` 1 to 100 (Default: 20), and the `cursor` of the page before. `extend` it with filters.
 * Strict, as bodies are: a misspelt filter is named, not silently left out.
 */
export const PageQuery = z.strictObject({
  limit: queryInteger((limit) => limit.min(1).max(100).default(20)),
  cursor: z.string().max(1024).optional().describe('`nextCursor` of the page before'),
});
export type PageQuery = z.output<typeof PageQuery>;
