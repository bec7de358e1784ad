import type { MessageMap } from '@banyan/contracts';
import { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { Contexts } from '../contexts';
import { interleave, rate, ratio } from '../measuring';
import { insertWhenOrderPlaced, KEYS, template } from '../orders';
import { linesOf } from '../report';
import type { Bench, Scenario } from '../scenario';
import { inProcessTransport } from '../transports';

const BATCH = 500;

/** What the relay itself costs: from the outbox to the log, and from there into an inbox. */
export const relay: Scenario = {
  title: 'Relay in process, with the event log',
  async run(bench) {
    const count = bench.roundMs * 8;
    const alone = await relaying(bench, []);
    const stored = await relaying(bench, ['billing']);
    const floor = await inserting(bench, alone.contexts.adminUrl);
    const rounds = await interleave(
      [
        { name: 'unnest insert', round: () => floor(count) },
        { name: 'outbox to log', round: () => alone.round(count) },
        { name: 'outbox to log and one inbox', round: () => stored.round(count) },
      ],
      bench.rounds,
    );
    return {
      lines: linesOf(rounds, 'messages/s'),
      targets: [
        {
          what: 'outbox to log, of the insert',
          value: ratio(rounds, 'outbox to log', 'unnest insert'),
          atLeast: 0.4,
        },
      ],
      notes: [
        `Insert: the same rows into a table like the log, ${BATCH} at a time on one connection, each statement committed. ` +
          'The relay reads, deletes and logs; with an inbox it also writes a deduplication row and a live row per message.',
      ],
    };
  },
};

async function relaying(bench: Bench, subscribers: readonly string[]) {
  const contexts = await Contexts.start(bench, {
    contexts: (all) => ({
      sales: [],
      ...Object.fromEntries(
        subscribers.map((name) => [
          name,
          [
            insertWhenOrderPlaced(
              () => all().of(name).database,
              () => undefined,
            ),
          ],
        ]),
      ),
    }),
    transport: (map: MessageMap) => inProcessTransport(map),
  });
  const { database, messaging } = contexts.of('sales');
  await Promise.all(subscribers.map((name) => contexts.of(name).messaging.dispatcher.stop()));
  const waiting = async () => (await database.query('SELECT 1 FROM outbox LIMIT 1')).length > 0;
  return {
    contexts,
    async round(count: number): Promise<number> {
      await messaging.relay.stop();
      await contexts.fill('sales', count);
      const began = performance.now();
      messaging.relay.start();
      await contexts.until(async () => !(await waiting()), 'relayed');
      const reached = rate(count, began);
      for (const name of subscribers) await contexts.empty(name);
      return reached;
    },
  };
}

async function inserting(bench: Bench, url: string) {
  const pool = new Pool({ connectionString: url, max: 1, options: '-c search_path=sales,public' });
  bench.after(() => pool.end());
  await pool.query('CREATE TABLE raw_log (LIKE event_log INCLUDING ALL)');
  return async (count: number): Promise<number> => {
    const rows = Array.from({ length: count }, (_, n) => ({
      id: uuidv7(),
      key: KEYS[n % KEYS.length] as string,
    }));
    const began = performance.now();
    for (let n = 0; n < count; n += BATCH) {
      const batch = rows.slice(n, n + BATCH);
      await pool.query({
        name: 'insert',
        text: `INSERT INTO raw_log (id, type, key, attributes, data) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])`,
        values: [
          batch.map(({ id }) => id),
          batch.map(() => template.type),
          batch.map(({ key }) => key),
          batch.map(() => template.attributes),
          batch.map(() => template.data),
        ],
      });
    }
    return rate(count, began);
  };
}
