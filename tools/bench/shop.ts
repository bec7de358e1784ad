import type { Topology } from '@banyan/contracts';
import { removeTopology } from '@banyan/messaging';
import { loadMessageMap } from '@banyan/hosting';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../dev/ports';
import type { Bench } from './scenario';
import { ready, type Served, served } from './servers/child';

const CONTEXTS = ['users', 'catalog', 'inventory', 'orders', 'payments', 'shipping', 'notifications'];
/** As many sign up at the same time. */
const TOGETHER = 16;

export interface Customer {
  readonly id: string;
  readonly token: string;
  readonly addressId: string;
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

export interface ShopOptions {
  /** Each context in a process of its own, over RabbitMQ. (Default: one process) */
  readonly apart?: boolean;
  /** What carries its messages when apart. (Default: the one that is found) */
  readonly broker?: { readonly url: string; readonly prefix: string };
  readonly env?: Readonly<Record<string, string>>;
}

/** A seeded shop with a database and a payment provider of its own, and more stock than a benchmark can sell. */
export async function openShop(bench: Bench, { apart = false, broker: given, env = {} }: ShopOptions = {}) {
  const databaseUrl = await bench.database();
  const provider = await served(bench, 'provider', {
    DATABASE_URL: databaseUrl,
    BANYAN_PREPARE: '1',
    PORT: '0',
  });
  const names = apart
    ? CONTEXTS.map((context) => (context === 'catalog' ? 'monolith' : `${context}-service`))
    : ['monolith'];
  const ports = await Promise.all(names.map(() => freePort()));
  const topology: Topology = {
    revision: 1,
    deployables: Object.fromEntries(
      names.map((name, n) => [
        name,
        { contexts: apart ? [CONTEXTS[n]!] : CONTEXTS, url: `http://127.0.0.1:${ports[n]}` },
      ]),
    ),
  };
  const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-shop-'));
  bench.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'topology.json'), JSON.stringify(topology));
  const broker = apart ? (given ?? (await bench.broker())) : undefined;
  if (broker) bench.after(() => removeTopology({ ...broker, map: loadMessageMap() }));
  const processes = await Promise.all(
    names.map((name, n) =>
      served(bench, 'shop', {
        DATABASE_URL: databaseUrl,
        BANYAN_PREPARE: '1',
        SEED: '1',
        BANYAN_TOPOLOGY: join(folder, 'topology.json'),
        BENCH_DEPLOYABLE: name,
        PORT: String(ports[n]),
        PAYMENT_PROVIDER_URL: provider.url,
        // What it costs to sign up is measured by itself.
        USERS_ARGON2_MEMORY_KIB: '64',
        USERS_ARGON2_PASSES: '1',
        USERS_ACCESS_TOKEN_LIFE: '2h',
        SHIPPING_DISPATCH_AFTER: '1ms',
        SHIPPING_DELIVERY_AFTER: '1ms',
        ORDERS_COMPLETE_AFTER: '1ms',
        ...(broker && { RABBITMQ_URL: broker.url, RABBITMQ_PREFIX: broker.prefix }),
        ...env,
      }),
    ),
  );
  await Promise.all(processes.map((each) => ready(each)));
  const door = processes[names.indexOf('monolith')]!;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  bench.after(() => client.end());
  const rows = async <Row = unknown>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query(sql, values)).rows as Row[];
  // What has no opening stock waits for its announcement to be handled; until then its orders would be cancelled.
  await within(60_000, 'every product has a stock', async () => {
    const stocked = await rows(
      `SELECT FROM (SELECT count(*) AS products, count(s.sku) AS stocked
                      FROM catalog.products LEFT JOIN inventory.stock AS s USING (sku)) AS seed
        WHERE products > 0 AND products = stocked`,
    );
    return stocked.length > 0;
  });
  // The seed may still be at it, and lock rows in another order.
  await rows(
    'LOCK TABLE inventory.stock IN EXCLUSIVE MODE; UPDATE inventory.stock SET received = received + 10000000, on_hand = on_hand + 10000000',
  );
  const customers: Customer[] = [];
  return {
    served: door,
    processes: processes as readonly Served[],
    contexts: CONTEXTS as readonly string[],
    databaseUrl,
    /** Where its messages go, when apart. */
    broker,
    rows,
    customers: customers as readonly Customer[],
    async signUp(count: number): Promise<void> {
      while (customers.length < count) {
        const from = customers.length;
        const some = Array.from({ length: Math.min(TOGETHER, count - from) }, (_, n) => from + n);
        customers.push(...(await Promise.all(some.map((n) => signedUp(door.url, n)))));
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
    async stop(): Promise<void> {
      await Promise.all([...processes, provider].map((each) => each.stop()));
    },
  };
}

async function within(timeoutMs: number, what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(`After ${timeoutMs / 1000} s it is not yet so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Opens an account, signs in and says where it lives. */
async function signedUp(url: string, n: number): Promise<Customer> {
  const credentials = { email: `customer.${n}@example.com`, password: 'a password for benchmarks' };
  const post = async (path: string, body: object, token?: string) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string; accessToken: string };
  };
  const { id } = await post('/users', { ...credentials, name: `Customer ${n}` });
  const { accessToken: token } = await post('/auth/login', credentials);
  const home = { name: 'C', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };
  const { id: addressId } = await post('/users/me/addresses', home, token);
  return { id, token, addressId };
}
