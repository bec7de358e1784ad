import type { Migration } from '@banyan/persistence';

export const products: Migration = {
  name: '0001-products',
  async up(query) {
    await query(`
      CREATE TABLE products (
        sku text PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL,
        category text NOT NULL,
        price_amount integer NOT NULL CHECK (price_amount >= 0),
        price_currency text NOT NULL,
        retired boolean NOT NULL DEFAULT false,
        search tsvector NOT NULL GENERATED ALWAYS AS (
          setweight(to_tsvector('english', name), 'A') ||
          setweight(to_tsvector('english', category), 'B') ||
          setweight(to_tsvector('english', description), 'C')) STORED
      )`);
    await query('CREATE INDEX products_by_name ON products (name, sku) WHERE NOT retired');
    await query('CREATE INDEX products_by_category ON products (category, name, sku) WHERE NOT retired');
    await query('CREATE INDEX products_by_words ON products USING gin (search) WHERE NOT retired');
    await query(
      'CREATE INDEX products_by_likeness ON products USING gin (name gin_trgm_ops) WHERE NOT retired',
    );
  },
};
