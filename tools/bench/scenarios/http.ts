import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { interleave, rate, ratio } from '../measuring';
import { absent, linesOf, type Report } from '../report';
import type { Bench, Scenario } from '../scenario';
import { ready, type Served, served } from '../servers/child';

const CONNECTIONS = 16;

/** What the framework costs over the least that answers the same. */
export const http: Scenario = {
  title: 'HTTP: a product shown, an order taken',
  async run(bench): Promise<Report> {
    const autocannon = bench.peer('autocannon');
    if (!autocannon)
      return {
        lines: [absent('requests', 'autocannon, which makes the load, is not installed')],
        targets: [],
      };
    const resting = await shop(bench);
    await resting.served.rest();
    const bare = await served(bench, 'bare', { DATABASE_URL: resting.databaseUrl });
    const count = bench.roundMs * 3;
    const orders = Math.round(bench.roundMs / 3);
    await resting.signUp(orders);
    const products = await resting.rows<{ sku: string }>(
      'SELECT sku FROM catalog.products ORDER BY sku LIMIT 40',
    );

    const load = async (to: Served, request: object, amount: number): Promise<number> => {
      const began = performance.now();
      const result = await autocannon({
        url: to.url,
        connections: CONNECTIONS,
        amount,
        sampleInt: 10,
        requests: [request],
      });
      if (result['2xx'] !== amount)
        throw new Error(`answers: ${JSON.stringify(result.statusCodeStats)}, errors: ${result.errors}`);
      return rate(amount, began);
    };
    const show = (to: Served) => {
      let n = 0;
      const setupRequest = (request: object) => ({
        ...request,
        path: `/api/v1/products/${products[n++ % products.length]?.sku}`,
      });
      return load(to, { method: 'GET', path: '/', setupRequest }, count);
    };
    const order = async (to: Served, place: Shop) => {
      await place.fillCarts(products);
      let n = 0;
      const setupRequest = (request: object) => {
        const { id, token } = place.customers[n++ % place.customers.length]!;
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': uuidv7(),
          'x-customer': id,
        };
        return { ...request, headers, body: JSON.stringify({ addressId: id, paymentToken: 'tok_ok' }) };
      };
      return load(to, { method: 'POST', path: '/api/v1/orders', setupRequest }, orders);
    };
    const completed = async (place: Shop) => {
      const began = performance.now();
      await order(place.served, place);
      while ((await place.rows(`SELECT 1 FROM orders.orders WHERE status = 'placed' LIMIT 1`)).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      return rate(orders, began);
    };

    const shown = await interleave(
      [
        { name: 'GET a product, bare Fastify', round: () => show(bare) },
        { name: 'GET a product, Banyan', round: () => show(resting.served) },
      ],
      bench.rounds,
    );
    const taken = await interleave(
      [
        { name: 'POST an order, bare Fastify and one transaction', round: () => order(bare, resting) },
        { name: 'POST an order, Banyan, relays resting', round: () => order(resting.served, resting) },
      ],
      bench.rounds,
    );
    await Promise.all([resting.served.stop(), bare.stop()]);
    const working = await shop(bench);
    await working.signUp(orders);
    const whole = await interleave(
      [{ name: 'orders accepted and confirmed, Banyan', round: () => completed(working) }],
      bench.rounds,
    );
    return {
      lines: [...linesOf(shown, 'requests/s'), ...linesOf(taken, 'orders/s'), ...linesOf(whole, 'orders/s')],
      targets: [
        {
          what: 'GET a product, of bare Fastify',
          value: ratio(shown, 'GET a product, Banyan', 'GET a product, bare Fastify'),
          atLeast: 0.5,
        },
        {
          what: 'POST an order, of one hand-written transaction',
          value: ratio(
            taken,
            'POST an order, Banyan, relays resting',
            'POST an order, bare Fastify and one transaction',
          ),
          atLeast: 0.5,
        },
      ],
      notes: [
        `${CONNECTIONS} connections from another process. Bare Fastify runs the same query with the same pool, and for an order the same seven writes in one transaction, ` +
          'prepared by name; it knows no tokens, no validation, no prices and no log. Banyan also checks a signed token, validates, looks for the idempotency key, reads the cart and asks the catalog for prices. ' +
          'Accepted and confirmed: until inventory has reserved and orders has confirmed the last of the round.',
      ],
    };
  },
};

interface Customer {
  readonly id: string;
  readonly token: string;
}

/** Opens an account and signs in. */
async function signedUp(url: string, n: number): Promise<Customer> {
  const credentials = { email: `customer.${n}@example.com`, password: 'a password for benchmarks' };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string; accessToken: string };
  };
  const { id } = await post('/users', { ...credentials, name: `Customer ${n}` });
  const { accessToken } = await post('/auth/login', credentials);
  return { id, token: accessToken };
}

type Shop = Awaited<ReturnType<typeof shop>>;

/** A seeded monolith with a database of its own, and more stock than a benchmark can sell. */
async function shop(bench: Bench) {
  const databaseUrl = await bench.database();
  const process = await served(bench, 'shop', {
    DATABASE_URL: databaseUrl,
    BANYAN_PREPARE: '1',
    SEED: '1',
    // What it costs to sign up is not measured here.
    USERS_ARGON2_MEMORY_KIB: '64',
    USERS_ARGON2_PASSES: '1',
    USERS_ACCESS_TOKEN_LIFE: '2h',
  });
  await ready(process);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  bench.after(() => client.end());
  const rows = async <Row = unknown>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query(sql, values)).rows as Row[];
  const seeded = () =>
    rows('SELECT 1 FROM inventory.stock s JOIN catalog.products p USING (sku) OFFSET 55 LIMIT 1');
  while ((await seeded()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await rows('UPDATE inventory.stock SET received = received + 10000000, on_hand = on_hand + 10000000');
  const customers: Customer[] = [];
  return {
    served: process,
    databaseUrl,
    rows,
    customers: customers as readonly Customer[],
    async signUp(count: number): Promise<void> {
      while (customers.length < count) {
        const from = customers.length;
        const some = Array.from({ length: Math.min(CONNECTIONS, count - from) }, (_, n) => from + n);
        customers.push(...(await Promise.all(some.map((n) => signedUp(process.url, n)))));
      }
    },
    async fillCarts(products: readonly { sku: string }[]): Promise<void> {
      await rows(
        `INSERT INTO orders.carts (customer_id, items)
         SELECT id, json_build_array(json_build_object('sku', sku, 'quantity', 2))
           FROM unnest($1::uuid[], $2::text[]) AS c (id, sku)
         ON CONFLICT (customer_id) DO UPDATE SET items = excluded.items`,
        [customers.map(({ id }) => id), customers.map((_, n) => products[n % products.length]?.sku)],
      );
    },
  };
}
