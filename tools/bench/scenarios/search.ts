import { Outbox } from '@banyan/messaging';
import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { ManyProducts } from '@shop/catalog';
import { Client } from 'pg';
import { interleave, quantile, ratio } from '../measuring';
import { linesOf } from '../report';
import type { Scenario } from '../scenario';
import { openShop } from '../shop';

const PRODUCTS = 100_000;
/** Each asked for in turn. */
const WORDS = ['oak kettle', 'copper lamp', 'striped blanket', 'teapot', 'winter wool cushion', 'trowel'];
/** Slips of the hand, which find nothing by their words. */
const SLIPS = ['wilow baskt', 'notebok', 'coper lmap', 'tepot'];

const BY_WORDS = `
  SELECT sku, name, description, category, price_amount, price_currency FROM (
    SELECT *, ts_rank(search, wanted) AS rank FROM catalog.products, websearch_to_tsquery('english', $1) AS wanted
     WHERE NOT retired AND search @@ wanted) AS found ORDER BY rank DESC, sku LIMIT 21`;

/** How long a search takes among many products, over HTTP and as the query alone. */
export const search: Scenario = {
  title: 'Search among 100,000 products',
  async run(bench) {
    const shop = await openShop(bench);
    bench.say(`listing ${PRODUCTS} products`);
    const catalog = new Database({
      context: 'catalog',
      url: contextDatabaseUrl('catalog', { DATABASE_URL: shop.databaseUrl }),
      poolSize: 2,
    });
    await catalog.connect();
    await new ManyProducts(catalog, new Outbox('catalog', () => undefined)).list(PRODUCTS);
    await catalog.close();
    // Their announcements are not what is measured.
    await shop.served.rest();
    await shop.rows('VACUUM ANALYZE catalog.products');
    const client = new Client({ connectionString: shop.databaseUrl });
    await client.connect();
    bench.after(() => client.end());

    const timed = async (
      searches: readonly string[],
      act: (words: string) => Promise<unknown>,
    ): Promise<number[]> => {
      const took: number[] = [];
      const began = performance.now();
      for (let n = 0; performance.now() - began < bench.roundMs * 2; n++) {
        const start = performance.now();
        await act(searches[n % searches.length]!);
        took.push(performance.now() - start);
      }
      return took;
    };
    const bare = () =>
      timed(WORDS, (words) => client.query({ name: 'search', text: BY_WORDS, values: [words] }));
    const far = (searches: readonly string[]) => () =>
      timed(searches, async (words) => {
        const answer = await fetch(`${shop.served.url}/api/v1/products?q=${encodeURIComponent(words)}`);
        if (!answer.ok) throw new Error(`searching was answered ${answer.status}`);
        await answer.arrayBuffer();
      });
    const p99 = (round: () => Promise<number[]>) => async () => quantile(await round(), 0.99);
    const p50 = (round: () => Promise<number[]>) => async () => quantile(await round(), 0.5);
    const rounds = await interleave(
      [
        { name: 'the bare query, p50', round: p50(bare) },
        { name: 'GET /products?q=, p50', round: p50(far(WORDS)) },
        { name: 'the bare query, p99', round: p99(bare) },
        { name: 'GET /products?q=, p99', round: p99(far(WORDS)) },
        { name: 'GET /products?q=, misspelt, p99', round: p99(far(SLIPS)) },
      ],
      bench.rounds,
    );
    await shop.stop();
    return {
      lines: linesOf(rounds, 'ms'),
      targets: [
        {
          what: 'p99, times the bare query',
          value: ratio(rounds, 'GET /products?q=, p99', 'the bare query, p99'),
          atMost: 3,
        },
      ],
      notes: [
        'One search after another, several in turn. The bare query is the full-text one on one connection; where that finds nothing, as with words that are misspelt, the shop goes on to look for what is spelt alike.',
      ],
    };
  },
};
