import { Money, pageOf, Sku, text } from '@banyan/http';
import { z } from 'zod';

/** `tea-ware` */
export const Category = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'write lower-case words joined by hyphens, such as tea-ware' });

/** At most a million euros. */
const Price = Money.extend({ amount: z.int().min(0).max(100_000_000) });

const details = { name: text(120), description: text(2000), category: Category, price: Price };

/** What staff write to list a product, and what everybody reads. */
export const ProductBody = z.strictObject({ sku: Sku, ...details }).meta({ id: 'Product' });

export const ProductPage = pageOf(ProductBody);

export const CategoryPage = pageOf(
  z
    .object({ category: Category, products: z.int().min(1).describe('How many are on sale') })
    .meta({ id: 'Category' }),
);

/** What staff write to change one: at least one field. */
export const ProductChanges = z
  .strictObject(details)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { error: 'change at least one field' });
