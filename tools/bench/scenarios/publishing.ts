import { Contexts } from '../contexts';
import { interleave, perSecond, ratio } from '../measuring';
import { effectOf, INSERT_EFFECT, orderPlaced, type OrderPlaced } from '../orders';
import { linesOf } from '../report';
import type { Scenario } from '../scenario';

const CONNECTIONS = 8;

/** What a transaction pays for its event. */
export const publishing: Scenario = {
  title: `Publishing inside the order's transaction, ${CONNECTIONS} connections`,
  async run(bench) {
    const contexts = await Contexts.start(bench, { contexts: () => ({ sales: [] }) });
    const { database, messaging } = contexts.of('sales');
    await database.query(INSERT_EFFECT, effectOf(orderPlaced(0).data as OrderPlaced));
    await messaging.relay.stop();
    let n = 0;
    const order = async (publishes: boolean) => {
      const event = orderPlaced(n++);
      await database.run(async () => {
        await database.query('SELECT order_id FROM effects LIMIT 1');
        await database.query(INSERT_EFFECT, effectOf(event.data as OrderPlaced));
        await database.query('UPDATE counters SET value = value + 1 WHERE id = $1', [n % 500]);
        if (publishes) await messaging.outbox.publish(event);
      });
    };
    await contexts.asAdmin(
      'CREATE TABLE sales.counters AS SELECT id, 0 AS value FROM generate_series(0, 499) id; ALTER TABLE sales.counters ADD PRIMARY KEY (id); GRANT ALL ON sales.counters TO sales_app',
    );
    const rounds = await interleave(
      [
        { name: 'without an event', round: () => perSecond(bench.roundMs, CONNECTIONS, () => order(false)) },
        {
          name: 'with an event',
          round: async () => {
            const reached = await perSecond(bench.roundMs, CONNECTIONS, () => order(true));
            await contexts.asAdmin('TRUNCATE sales.outbox');
            return reached;
          },
        },
      ],
      bench.rounds,
    );
    return {
      lines: linesOf(rounds, 'transactions/s'),
      targets: [
        {
          what: 'rate lost to the event',
          value: Math.max(0, 1 - ratio(rounds, 'with an event', 'without an event')),
          atMost: 0.25,
        },
      ],
      notes: [
        'The transaction reads a row, inserts one and updates one, as placing an order does; the relay rests.',
      ],
    };
  },
};
