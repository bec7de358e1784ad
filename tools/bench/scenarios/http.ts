import { v7 as uuidv7 } from 'uuid';
import { interleave, rate, ratio } from '../measuring';
import { absent, linesOf, type Report } from '../report';
import type { Scenario } from '../scenario';
import { type Served, served } from '../servers/child';
import { openShop, type Shop } from '../shop';

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
    const resting = await openShop(bench);
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
        const { id, token, addressId } = place.customers[n++ % place.customers.length]!;
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': uuidv7(),
          'x-customer': id,
        };
        return { ...request, headers, body: JSON.stringify({ addressId, paymentToken: 'tok_ok' }) };
      };
      return load(to, { method: 'POST', path: '/api/v1/orders', setupRequest }, orders);
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
    return {
      lines: [...linesOf(shown, 'requests/s'), ...linesOf(taken, 'orders/s')],
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
        `${CONNECTIONS} connections from another process. Bare Fastify runs the same query with the same pool, and for an order the same eight writes in one transaction, ` +
          'prepared by name; it knows no tokens, no validation, no prices and no log. Banyan also checks a signed token, validates, looks for the idempotency key, reads the cart, asks the catalog for prices and users for the address.',
      ],
    };
  },
};
