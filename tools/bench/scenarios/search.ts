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
/** Slips of the hand, which find nothing by their words, and what was meant. */
const SLIPS: Readonly<Record<string, string>> = {
  'wilow baskt': 'willow basket',
  notebok: 'notebook',
  'coper lmap': 'copper lamp',
  tepot: 'teapot',
  'striepd blanket': 'striped blanket',
  'oka ketle': 'oak kettle',
};
const MISSPELT = Object.keys(SLIPS);
const MEANT = Object.values(SLIPS);

const BY_WORDS = `
  SELECT sku, name, description, category, price_amount, price_currency FROM (
    SELECT *, ts_rank(search, wanted) AS rank FROM catalog.products, websearch_to_tsquery('english', $1) AS wanted
     WHERE NOT retired AND search @@ wanted) AS found ORDER BY rank DESC, sku LIMIT 21`;

const BARE = 'the bare query';
const FAR = 'GET /products?q=';
const BARE_MEANT = 'the bare query of the words meant';
const FAR_MISSPELT = 'GET /products?q=, misspelt';

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
    const bare = (searches: readonly string[]) => () =>
      timed(searches, (words) => client.query({ name: 'search', text: BY_WORDS, values: [words] }));
    const far = (searches: readonly string[]) => () =>
      timed(searches, (words) => found(shop.served.url, words));
    for (const [slip, meant] of Object.entries(SLIPS)) {
      const [first] = await found(shop.served.url, slip);
      const [right] = await found(shop.served.url, meant);
      if (!first || first !== right) throw new Error(`"${slip}" finds ${first} first, "${meant}" ${right}`);
    }
    const reached = new Map<string, number[]>();
    /** One round gives two figures. */
    const contender = (name: string, round: () => Promise<number[]>) => ({
      name: `${name}, p99`,
      async round() {
        const took = await round();
        reached.set(`${name}, p50`, [...(reached.get(`${name}, p50`) ?? []), quantile(took, 0.5)]);
        return quantile(took, 0.99);
      },
    });
    const tails = await interleave(
      [
        contender(BARE, bare(WORDS)),
        contender(FAR, far(WORDS)),
        contender(BARE_MEANT, bare(MEANT)),
        contender(FAR_MISSPELT, far(MISSPELT)),
      ],
      bench.rounds,
    );
    // The first round warms up.
    const middles = new Map([...reached].map(([name, values]) => [name, values.slice(1)]));
    await shop.stop();
    return {
      lines: [...linesOf(middles, 'ms'), ...linesOf(tails, 'ms')],
      targets: [
        {
          what: 'p99, times the bare query',
          value: ratio(tails, `${FAR}, p99`, `${BARE}, p99`),
          atMost: 3,
        },
        {
          what: 'misspelt: p99, times the bare query of the words meant',
          value: ratio(tails, `${FAR_MISSPELT}, p99`, `${BARE_MEANT}, p99`),
          atMost: 3,
        },
      ],
      notes: [
        `One search after another: in turn ${quoted(WORDS)}; misspelt ${quoted(MISSPELT)}, of which each finds first what the words meant find.`,
        'The bare query is the full-text one, ranked, prepared and on one connection from the process that measures, of 21 products, as the page of twenty needs;',
        'it looks for nothing that is spelt alike. The shop runs it too, and where it finds nothing looks up what was meant and runs it again.',
      ],
    };
  },
};

/** The SKUs that the shop answers with. */
async function found(url: string, words: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/products?q=${encodeURIComponent(words)}`);
  if (!answer.ok) throw new Error(`searching was answered ${answer.status}`);
  return ((await answer.json()) as { items: { sku: string }[] }).items.map(({ sku }) => sku);
}

const quoted = (words: readonly string[]): string => words.map((each) => `"${each}"`).join(', ');
