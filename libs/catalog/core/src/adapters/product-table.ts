import { EntitySchema } from 'typeorm';

export interface ProductRow {
  sku: string;
  name: string;
  description: string;
  category: string;
  priceAmount: number;
  priceCurrency: string;
  retired: boolean;
}

export const ProductTable = new EntitySchema<ProductRow>({
  name: 'product',
  tableName: 'products',
  columns: {
    sku: { type: 'text', primary: true },
    name: { type: 'text' },
    description: { type: 'text' },
    category: { type: 'text' },
    priceAmount: { name: 'price_amount', type: 'integer' },
    priceCurrency: { name: 'price_currency', type: 'text' },
    retired: { type: 'boolean' },
  },
});
