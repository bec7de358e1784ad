import { Database, statement } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { MEANT } from './misspelt';
import { type FoundProduct, type Place, Showcase, type ShownProduct } from '../domain/showcase';

type Search = Parameters<Showcase['browse']>[0];

const SHOWN = 'sku, name, description, category, price_amount, price_currency';

const BY_NAME = `
  SELECT ${SHOWN}, name AS at FROM products
   WHERE NOT retired AND ($1::text IS NULL OR category = $1)
     AND ($2::text IS NULL OR (name, sku) > ($2, $3::text))
   ORDER BY name, sku LIMIT $4`;

/** Those that `wanted` finds, given the text of `$5`, the best fitting first. */
const found = (wanted: string): string => `
  SELECT *, rank::text AS at FROM (
    SELECT ${SHOWN}, ts_rank(search, wanted) AS rank
      FROM products, ${wanted} AS wanted
     WHERE NOT retired AND search @@ wanted AND ($1::text IS NULL OR category = $1)) AS found
   WHERE $2::text IS NULL OR rank < $2::real OR (rank = $2::real AND sku > $3::text)
   ORDER BY rank DESC, sku LIMIT $4`;
const BY_WORDS = found(`websearch_to_tsquery('english', $5)`);
const BY_LIKENESS = found('CAST($5 AS tsquery)');

const FIND = statement('products-find', `SELECT ${SHOWN} FROM products WHERE sku = ANY($1) AND NOT retired`);

@Injectable()
export class PostgresShowcase extends Showcase {
  constructor(private readonly database: Database) {
    super();
  }

  async browse(search: Search): Promise<FoundProduct[]> {
    if (!search.words) return this.page(BY_NAME, 'name', search);
    if (search.after?.by === 'likeness') return this.alike(search);
    const fitting = await this.page(BY_WORDS, 'words', search);
    return fitting.length > 0 || search.after ? fitting : this.alike(search);
  }

  async find(skus: readonly string[]): Promise<ShownProduct[]> {
    const rows = await this.database.query<ShownRow>(FIND, [skus]);
    return rows.map(shown);
  }

  async categories(): Promise<{ category: string; products: number }[]> {
    return this.database.query(
      'SELECT category, count(*)::int AS products FROM products WHERE NOT retired GROUP BY category ORDER BY category',
    );
  }

  /** By the words that were meant, wherever one finds nothing. */
  private async alike(search: Search): Promise<FoundProduct[]> {
    const [meant] = await this.database.query<{ words: string }>(MEANT, [search.words]);
    return meant ? this.page(BY_LIKENESS, 'likeness', { ...search, words: meant.words }) : [];
  }

  private async page(sql: string, by: Place['by'], search: Search): Promise<FoundProduct[]> {
    const { words, category = null, limit, after } = search;
    const rows = await this.database.query<ShownRow & { at: string }>(sql, [
      category,
      after?.at ?? null,
      after?.sku ?? null,
      limit,
      ...(words ? [words] : []),
    ]);
    return rows.map((row) => ({ ...shown(row), place: { by, at: row.at, sku: row.sku } }));
  }
}

interface ShownRow {
  sku: string;
  name: string;
  description: string;
  category: string;
  price_amount: number;
  price_currency: string;
}

const shown = ({
  sku,
  name,
  description,
  category,
  price_amount,
  price_currency,
}: ShownRow): ShownProduct => ({
  sku,
  name,
  description,
  category,
  price: { amount: price_amount, currency: price_currency },
});
