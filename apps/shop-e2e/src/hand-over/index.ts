import { Progress } from '@banyan/tools';
import { parseArgs } from 'node:util';
import { OwnServers } from '../faults/servers';
import { carryOut, type Outcome } from './carry-out';
import { HAND_OVERS } from './hand-overs';
import { lines, record } from './report';

const USAGE = `npm run hand-over [-- <name> …] [--record] [--without <guard>]

Opens a shop behind a door, lets customers and staff in, and replaces its processes meanwhile; then all is left to become
quiet, and held against what must always hold and what clients were told. Prints how long clients were not served.
  <name>       ${Object.keys(HAND_OVERS).join(', ')} (Default: all)
  --record     writes docs/hand-over.md
  --without g  switches the guard g off, such as placement.revision, to see what it keeps
BANYAN_TEST_DATABASE_URL names a PostgreSQL, as an administrator, to be used instead of one of its own.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      record: { type: 'boolean', default: false },
      without: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values.help) return (console.log(USAGE), 0);
  const names = positionals.length > 0 ? positionals : Object.keys(HAND_OVERS);
  const unknown = names.filter((name) => !HAND_OVERS[name]);
  if (unknown.length > 0) throw new Error(`There is no hand-over ${unknown.join(', ')}\n${USAGE}`);
  const rehearsal = values.without ? { withoutGuards: values.without, quietWithinMs: 15_000 } : {};
  const servers = process.env['BANYAN_TEST_DATABASE_URL'] ? undefined : await OwnServers.start();
  const bar = new Progress('hand-over');
  const outcomes: Outcome[] = [];
  try {
    for (const [n, name] of names.entries()) {
      bar.at(n, names.length);
      const handOver = HAND_OVERS[name]!;
      const carriedOut = carryOut(handOver, rehearsal);
      outcomes.push(await carriedOut.catch((error: Error) => unfinished(handOver.name, error)));
      console.log(`\n${lines(outcomes.at(-1)!)}`);
      // So that what took long is not lost with what comes next.
      if (values.record) await record(outcomes);
    }
    bar.at(names.length, names.length);
  } finally {
    await servers?.leave();
  }
  return outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

/** Such as that of a shop of which a process does not get ready. */
const unfinished = (name: string, error: Error): Outcome => ({
  name,
  moves: [],
  orders: 0,
  handled: 0,
  statuses: {},
  violations: [`it was not carried out to its end: ${error.message}`],
});

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
