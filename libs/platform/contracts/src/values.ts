import { z } from 'zod';

/** An id: a uuid, by convention of version 7. */
export const Uuid = z.uuid();

/** A product's stock-keeping unit, such as `TEA-SENCHA-100`. */
export const Sku = z.string().regex(/^[A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])?$/, {
  error: 'write a SKU: 1 to 32 capital letters, digits and inner hyphens',
});

/** ISO 4217, such as `EUR`. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, { error: 'write a currency code such as EUR' });

/** An amount in minor units (cents), never a fraction, never negative. */
export const Money = z.object({ amount: z.int().min(0), currency: Currency });
export type Money = z.output<typeof Money>;

/** How many pieces of a product somebody wants, holds or moves. */
export const Quantity = z.int().min(1).max(1_000_000);

/** An ISO 8601 instant in UTC. */
export const Instant = z.iso.datetime();
