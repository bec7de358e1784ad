import { readings } from '@banyan/messaging';
import { InboxRows } from '../../../libs/platform/messaging/src/inbox/inbox-rows';
import { OutboxRows } from '../../../libs/platform/messaging/src/outbox/outbox-rows';
import { Contexts } from '../contexts';
import { median, quantile } from '../measuring';
import { insertWhenOrderPlaced, KEYS } from '../orders';
import type { Line } from '../report';
import type { Scenario } from '../scenario';

const WAITING = 50_000;
const BLOCKED = 100;

/** How long taking the next rows lasts when many wait and the planner knows nothing of them. */
export const claims: Scenario = {
  title: `Claims with ${WAITING.toLocaleString('en')} rows waiting, ${BLOCKED} keys blocked, stale statistics`,
  async run(bench) {
    const contexts = await Contexts.start(bench, {
      contexts: (all) => ({
        sales: [],
        billing: [
          insertWhenOrderPlaced(
            () => all().of('billing').database,
            () => undefined,
          ),
        ],
      }),
    });
    const [sales, billing] = [contexts.of('sales'), contexts.of('billing')];
    await sales.messaging.relay.stop();
    await billing.messaging.dispatcher.stop();
    for (const table of ['sales.outbox', 'billing.inbox'])
      await contexts.asAdmin(`ALTER TABLE ${table} SET (autovacuum_enabled = false); ANALYZE ${table}`);

    await contexts.fill('sales', WAITING);
    await contexts.asAdmin(
      `INSERT INTO billing.inbox (id, subscription, grp, publisher, type, key, chain, lane, attributes, data)
       SELECT id, 'note-order', 'policies', 'sales', type, key, hashtext(key), abs(hashtext(key)) % 16, attributes, data FROM sales.outbox ORDER BY seq`,
    );
    const blocked = KEYS.slice(0, BLOCKED);
    const chains = await billing.database.query<{ chain: string }>(
      'SELECT DISTINCT hashtext(key)::text AS chain FROM unnest($1::text[]) AS key',
      [blocked],
    );
    const outbox = new OutboxRows(sales.database);
    const inbox = new InboxRows(billing.database);
    const session = await billing.database.session('claims');
    bench.after(() => session.end());
    const known = [
      ...readings([
        insertWhenOrderPlaced(
          () => billing.database,
          () => undefined,
        ),
      ]).keys(),
    ];
    const claimed = {
      'relay, 500 rows': () =>
        outbox.waiting(
          500,
          Array.from({ length: BLOCKED }, () => '0'),
          blocked,
        ),
      'inbox, 200 rows': () =>
        inbox.fetch(session, {
          knownAsOf: new Date().toISOString(),
          instance: 1,
          lanes: Array.from({ length: 16 }, (_, lane) => lane),
          blocked: chains.map(({ chain }) => chain),
          known,
          inHand: [],
          limit: 200,
        }),
    };
    const lines: Line[] = [];
    for (const [name, claim] of Object.entries(claimed)) {
      const took: number[] = [];
      for (let n = 0; n < bench.rounds * 20; n++) {
        const began = performance.now();
        const rows = await claim();
        took.push(performance.now() - began);
        if (rows.length === 0) throw new Error(`${name}: nothing was claimed`);
      }
      const value = median(took);
      lines.push({ name, unit: 'ms', value, range: [quantile(took, 0.05), quantile(took, 0.95)] });
    }
    return {
      lines,
      targets: lines.map(({ name, value }) => ({ what: name, value, unit: 'ms', atMost: 5 })),
      notes: [
        'Medians of single claims, with what they bring to the client; in brackets the 5th and 95th percentile. Statistics were taken while the tables were empty.',
      ],
    };
  },
};
