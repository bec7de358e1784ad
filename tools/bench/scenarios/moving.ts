import { contextDatabaseUrl, prepareDatabases } from '@banyan/persistence';
import { Client } from 'pg';
import { contextDefinitions } from '../../contexts';
import { moveData } from '../../db-move/move';
import type { Place } from '../../db-move/places';
import { copyTable, empty, type Table, tablesOf } from '../../db-move/rows';
import { interleave, median, ratio } from '../measuring';
import { linesOf } from '../report';
import type { Scenario } from '../scenario';

const CONTEXT = 'orders';
const MESSAGES = 200_000;
/** What a context that was at work for long has most of: what it told, and what it was told. */
const HISTORY = `
  INSERT INTO event_log (id, type, key, attributes, data)
    SELECT gen_random_uuid(), 'orders.order-placed.v1', n::text, repeat('a', 400), repeat('d', 300) FROM generate_series(1, ${MESSAGES}) n;
  INSERT INTO inbox_seen (id, subscription, chain) SELECT gen_random_uuid(), 'note-payment', n FROM generate_series(1, ${MESSAGES}) n`;

/** For how long a context cannot write while its data move, and what being sure of them costs. */
export const moving: Scenario = {
  title: `Moving a context of ${(2 * MESSAGES).toLocaleString('en')} rows to another database`,
  async run(bench) {
    const { migrations, extensions } = contextDefinitions().find(
      ({ contract }) => contract.name === CONTEXT,
    )!;
    const context = { name: CONTEXT, migrations, extensions };
    const [shared, own, bare] = await Promise.all([1, 2, 3].map(() => bench.database()));
    const places = [shared!, own!].map((admin): Place => ({
      admin,
      application: contextDatabaseUrl(CONTEXT, { DATABASE_URL: admin }),
    }));
    for (const url of [shared!, bare!]) await prepareDatabases([context], { DATABASE_URL: url });
    bench.say('writing what is to be moved');
    await on(places[0]!.application, (client) => client.query(HISTORY));
    let bytes = 0;
    const held: number[] = [];
    const move = async (): Promise<number> => {
      const { rows, heldMs } = await moveData({
        context,
        from: places[0]!,
        to: places[1]!,
        onProgress: (_done, of) => (bytes = of),
      });
      // Back in the next round.
      places.reverse();
      held.push(heldMs);
      return rows / (heldMs / 1_000);
    };
    const rounds = await interleave(
      [
        { name: 'COPY alone', round: () => copyAlone(places[0]!.admin, bare!) },
        { name: 'db:move', round: move },
      ],
      bench.rounds,
    );
    const pause = median(held.slice(1));
    return {
      lines: [
        ...linesOf(rounds, 'rows/s'),
        { name: 'db:move, nothing can be written', unit: 'ms', value: pause },
      ],
      targets: [{ what: 'of COPY alone', value: ratio(rounds, 'db:move', 'COPY alone'), atLeast: 0.5 }],
      notes: [
        `${(bytes / 1024 / 1024).toFixed(0)} MiB with indexes, on one server, which reads and writes. COPY alone: the same rows from one connection to another in one transaction, into tables with the same indexes. ` +
          'db:move also waits for whoever writes, hashes every row at both places and compares, and closes one and opens the other: the time from its first lock to that.',
      ],
    };
  },
};

async function copyAlone(from: string, to: string): Promise<number> {
  return on(from, (source) =>
    on(to, async (target) => {
      const tables = await tablesOf(source, CONTEXT);
      await empty(target, CONTEXT, tables);
      const began = performance.now();
      await target.query('BEGIN');
      for (const table of tables) await copyTable(source, target, CONTEXT, table, () => undefined);
      await target.query('COMMIT');
      const seconds = (performance.now() - began) / 1_000;
      return (await rowsIn(target, tables)) / seconds;
    }),
  );
}

async function rowsIn(client: Client, tables: readonly Table[]): Promise<number> {
  let rows = 0;
  for (const { name } of tables) {
    const counted = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${CONTEXT}."${name}"`);
    rows += counted.rows[0]!.n;
  }
  return rows;
}

async function on<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, options: `-c search_path=${CONTEXT}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
