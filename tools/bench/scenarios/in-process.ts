import { Pool, type PoolClient } from 'pg';
import { interleave, rate, ratio } from '../measuring';
import { linesOf } from '../report';
import { Contexts } from '../contexts';
import { KEYS, effectOf, INSERT_EFFECT, insertWhenOrderPlaced, type OrderPlaced, template } from '../orders';
import type { Bench, Scenario } from '../scenario';

const SUBSCRIBERS = ['billing', 'packing'];

/** Messages wait in an outbox; how fast are they relayed and handled, each in a transaction of its own? */
export const inProcess: Scenario = {
  title: 'In process, two subscribers, one message per transaction',
  async run(bench) {
    const count = bench.roundMs * 3;
    let handled = 0;
    const contexts = await Contexts.start(bench, {
      contexts: (all) => ({
        sales: [],
        ...Object.fromEntries(
          SUBSCRIBERS.map((name) => [
            name,
            [
              insertWhenOrderPlaced(
                () => all().of(name).database,
                () => handled++,
              ),
            ],
          ]),
        ),
      }),
    });
    const { relay } = contexts.of('sales').messaging;
    const concurrency = SUBSCRIBERS.length * (contexts.of('billing').database.poolSize - 2);
    const floor = await rawTransactions(bench, contexts.adminUrl, concurrency);

    const rounds = await interleave(
      [
        { name: 'raw transactions', round: () => floor(count * SUBSCRIBERS.length) },
        {
          name: 'Banyan',
          round: async () => {
            await relay.stop();
            await contexts.fill('sales', count);
            handled = 0;
            const began = performance.now();
            relay.start();
            await contexts.until(() => handled >= count * SUBSCRIBERS.length, 'handled');
            return rate(handled, began);
          },
        },
      ],
      bench.rounds,
    );
    return {
      lines: linesOf(rounds, 'messages handled/s'),
      targets: [
        {
          what: 'of the raw transactions',
          value: ratio(rounds, 'Banyan', 'raw transactions'),
          atLeast: 0.75,
        },
      ],
      notes: [
        `Raw transactions: BEGIN, DELETE … RETURNING, insert, COMMIT on ${concurrency} plain pg connections, prepared statements, rows in place. ` +
          `Banyan relays, stores and deduplicates within the same time; ${SUBSCRIBERS.length} × ${concurrency / SUBSCRIBERS.length} handlers at a time.`,
      ],
    };
  },
};

async function rawTransactions(bench: Bench, url: string, concurrency: number) {
  const pool = new Pool({
    connectionString: url,
    max: concurrency,
    options: '-c search_path=billing,public',
  });
  bench.after(() => pool.end());
  await pool.query('CREATE TABLE raw_inbox (LIKE inbox INCLUDING ALL)');
  return async (count: number): Promise<number> => {
    const { rows } = await pool.query<{ seq: string }>(
      `INSERT INTO raw_inbox (id, subscription, grp, publisher, type, key, chain, lane, attributes, data)
       SELECT gen_random_uuid(), 'raw', 'raw', 'sales', 'raw', n::text, n, 0, $2, $3 FROM generate_series(1, $1) n RETURNING seq`,
      [count, template.attributes, template.data.replace('@key', KEYS[0] as string)],
    );
    let next = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        const client = await pool.connect();
        try {
          for (let row = rows[next++]; row; row = rows[next++]) await rawTransaction(client, row.seq);
        } finally {
          client.release();
        }
      }),
    );
    return rate(count, began);
  };
}

async function rawTransaction(client: PoolClient, seq: string): Promise<void> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ data: string }>({
    name: 'take',
    text: 'DELETE FROM raw_inbox WHERE seq = $1 AND attempts = $2 RETURNING attributes, data',
    values: [seq, 0],
  });
  const order = JSON.parse(rows[0]?.data ?? '') as OrderPlaced;
  await client.query({ ...INSERT_EFFECT, values: effectOf(order) });
  await client.query('COMMIT');
}
