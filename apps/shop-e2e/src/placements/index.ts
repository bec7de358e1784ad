import { Progress } from '@banyan/tools';
import { privatePostgres } from '@banyan/testing';
import { parseArgs } from 'node:util';
import { Ledger } from './ledger';
import { type Candidate, everyPartition, named } from './candidates';
import { Lane } from './lane';
import { record } from './report';
import { differences } from './transcript/transcript';

const USAGE = `npm run placements -- [--all] [--lanes n] [--anew] [--record] [words…]

Walks the whole journey of the shop through one placement of its contexts after the other, writes down what customers, staff and
the log tell, and holds it against what they tell of the monolith. By default: the monolith, each context alone outside, all
apart, seven databases, and ten partitions that put every two contexts together and apart, each deployable a process of its own.
  --all       all ${everyPartition.length} partitions; the deployables of one share a process, each with its own Nest application, port and pools
  --lanes n   so many shops at the same time (Default: 1; 3 with --all)
  --anew      forgets what an earlier run has done; otherwise it goes on where that ended, while the code is the same
  --record    writes docs/placements.md from what was done; of what was not walked here it keeps what it says
  words       only placements whose name holds all of them
Ctrl-C ends it after the placements in hand.`;

async function main(): Promise<number> {
  const { values, positionals: words } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      all: { type: 'boolean', default: false },
      lanes: { type: 'string' },
      anew: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  if (values.help) return (console.log(USAGE), 0);
  const lanes = Number(values.lanes ?? (values.all ? 3 : 1));
  if (!Number.isInteger(lanes) || lanes < 1) return (console.error(USAGE), 2);
  const ledger = await Ledger.open(values.all ? 'all' : 'named', { anew: values.anew });
  const wanted = (values.all ? everyPartition : named).filter(({ name }) =>
    words.every((word) => name.includes(word)),
  );
  const server = await privatePostgres();
  process.env['BANYAN_TEST_DATABASE_URL'] = server.url;
  try {
    await walkAll(wanted, ledger, { lanes, together: values.all });
  } finally {
    await server.leave();
  }
  const differing = wanted.filter(({ name }) => (ledger.of(name)?.complaints.length ?? 0) > 0);
  const open = wanted.filter(({ name }) => !ledger.of(name));
  console.log(
    `\n${wanted.length - open.length} of ${wanted.length} placements walked, ${differing.length} of them differ from the monolith`,
  );
  for (const { name } of differing)
    console.log(`  ${name}\n    ${ledger.of(name)!.complaints.join('\n    ')}`);
  if (open.length > 0) console.log('The same command goes on with what is left');
  if (values.record) await record();
  return differing.length > 0 || open.length > 0 ? 1 : 0;
}

/** Lanes take placements one after the other, until none is left or somebody has had enough. */
async function walkAll(
  wanted: readonly Candidate[],
  ledger: Ledger,
  { lanes: count, together }: { readonly lanes: number; readonly together: boolean },
): Promise<void> {
  const bar = new Progress('placements');
  const todo = wanted.filter(({ name }) => !ledger.of(name));
  let enough = false;
  process.once('SIGINT', () => (enough = true));
  const lanes = await Promise.all(Array.from({ length: count }, () => Lane.open({ together })));
  try {
    if (!ledger.monolith) await ledger.keepMonolith((await lanes[0]!.walk(named[0]!)).transcript);
    let done = wanted.length - todo.length;
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = todo.shift(); next && !enough; next = todo.shift()) {
          bar.at(done, wanted.length);
          const began = performance.now();
          const { complaints, transcript, steps } = await lane.walk(next);
          await ledger.enter(next.name, {
            deployables: Object.keys(next.placement).length,
            steps,
            scenes: Object.keys(transcript).length,
            lines: Object.values(transcript).flat().length,
            complaints: [...complaints, ...differences(ledger.monolith!, transcript)],
            seconds: (performance.now() - began) / 1_000,
          });
          done += 1;
        }
      }),
    );
    bar.at(done, wanted.length);
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
