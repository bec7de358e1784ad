import fastify from 'fastify';
import { createHash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';

const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 8,
  options: '-c search_path=orders,catalog,public',
});

const SHOWN = 'sku, name, description, category, price_amount, price_currency';

const ADDRESS = { name: 'A', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };

interface NewOrder {
  readonly addressId: string;
  readonly paymentToken: string;
}

/** What somebody would write who wants one product shown, or one order taken, and nothing else. */
async function main(): Promise<void> {
  const server = fastify();
  server.get<{ Params: { sku: string } }>('/api/v1/products/:sku', async ({ params }, reply) => {
    const { rows } = await pool.query(`SELECT ${SHOWN} FROM products WHERE sku = ANY($1) AND NOT retired`, [
      [params.sku],
    ]);
    const [product] = rows;
    if (!product) return reply.code(404).send();
    const { price_amount, price_currency, ...shown } = product;
    return { ...shown, price: { amount: price_amount, currency: price_currency } };
  });
  server.post<{ Body: NewOrder }>('/api/v1/orders', async (request, reply) => {
    const { 'x-customer': customer, 'idempotency-key': key } = request.headers as Record<string, string>;
    const client = await pool.connect();
    try {
      return await reply.code(202).send(await placed(client, customer ?? '', key ?? '', request.body));
    } finally {
      client.release();
    }
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  process.send?.(url);
}

/** The writes of an order, each statement prepared, in one transaction. */
async function placed(
  client: PoolClient,
  customer: string,
  key: string,
  { addressId, paymentToken }: NewOrder,
) {
  const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values });
  const id = uuidv7();
  const price = { amount: 1290, currency: 'EUR' };
  const lines = [{ sku: 'MUG-BLUE', name: 'A blue mug', quantity: 2, price }];
  const timeline = [{ at: new Date().toISOString(), what: 'placed' }];
  const order = { id, status: 'placed', lines, total: { amount: 2580, currency: 'EUR' }, timeline };
  const attributes = JSON.stringify({
    specversion: '1.0',
    id: uuidv7(),
    source: '/contexts/orders',
    type: 'orders.order-placed.v1',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    partitionkey: id,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    correlationid: uuidv7(),
  });
  const hash = createHash('sha256').update(JSON.stringify({ addressId, paymentToken })).digest();
  await client.query('BEGIN');
  await run(
    'key',
    'INSERT INTO idempotency_keys (person, key, body_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [customer, key, hash],
  );
  await run('cart', 'SELECT items FROM carts WHERE customer_id = $1 FOR UPDATE', [customer]);
  await run('empty', 'UPDATE carts SET items = $2 WHERE customer_id = $1', [customer, '[]']);
  await run(
    'order',
    `INSERT INTO orders (id, customer_id, status, lines, total_amount, total_currency, address, address_id, payment_token, timeline)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      customer,
      'placed',
      JSON.stringify(lines),
      2580,
      'EUR',
      JSON.stringify(ADDRESS),
      addressId,
      paymentToken,
      JSON.stringify(timeline),
    ],
  );
  await run(
    'history',
    `INSERT INTO order_history (id, customer_id, status, lines, total_amount, total_currency, placed_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, customer, 'placed', JSON.stringify(lines), 2580, 'EUR', timeline[0]?.at],
  );
  await run(
    'timer',
    'INSERT INTO timers (type, key, id, due, attributes, data) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      'orders.checkout-expired.v1',
      id,
      uuidv7(),
      new Date(Date.now() + 600_000),
      attributes,
      JSON.stringify({ orderId: id }),
    ],
  );
  await run('event', 'INSERT INTO outbox (id, type, key, attributes, data) VALUES ($1, $2, $3, $4, $5)', [
    uuidv7(),
    'orders.order-placed.v1',
    id,
    attributes,
    JSON.stringify({ orderId: id, customerId: customer, lines, total: order.total }),
  ]);
  await run('answer', 'UPDATE idempotency_keys SET answer = $3 WHERE person = $1 AND key = $2', [
    customer,
    key,
    JSON.stringify(order),
  ]);
  await client.query('COMMIT');
  return order;
}

void main();
