import { Progress } from '@banyan/tools';
import { parseArgs } from 'node:util';
import { wordsFor } from './plan/fault';
import { planOf, wordsForPlacement } from './plan/plan';
import { POINTS } from './plan/points';
import { deathsByPoint, line, record, type Recorded } from './report';
import { carryOut, type Outcome } from './run';
import { OwnServers } from './servers';

const USAGE = `npm run faults -- [--runs 60] [--seed n] [--record]

Opens a shop, lets customers and staff in, has faults strike that the seed chooses, waits until all is quiet, and holds what
the shop has become against what must always hold and what clients were told. Each run has a database and, where it is
killed, a broker of its own. Successive seeds pass through all failpoints of messaging.
  --runs n     how many seeds, one after the other (Default: 60)
  --seed n     the first of them (Default: any); with --runs 1 the run of that seed again
  --record     writes docs/faults.md
Ctrl-C ends the series after the run in hand.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      runs: { type: 'string', default: '60' },
      seed: { type: 'string' },
      record: { type: 'boolean', default: false },
    },
  });
  if (values.help) return (console.log(USAGE), 0);
  const runs = Number(values.runs);
  const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
  const servers = await OwnServers.start();
  const bar = new Progress('faults');
  let enough = false;
  process.once('SIGINT', () => (enough = true));
  const recorded: Recorded[] = [];
  try {
    for (let n = 0; n < runs && !enough; n++) {
      bar.at(n, runs);
      recorded.push(await run(first + n, servers));
      console.log(`\n${line(recorded.at(-1)!)}`);
    }
    if (!enough) bar.at(runs, runs);
  } finally {
    await servers.leave();
  }
  const deaths = deathsByPoint(recorded);
  console.log(`\nProcesses died at\n${[...deaths].map(([point, n]) => `  ${point}: ${n}`).join('\n')}`);
  const neverMet = recorded.length >= POINTS.length ? [...deaths].filter(([, n]) => n === 0) : [];
  if (neverMet.length > 0) console.log(`\nNobody died at ${neverMet.map(([point]) => point).join(', ')}`);
  if (values.record) await record(recorded);
  return neverMet.length > 0 || recorded.some(({ outcome }) => outcome.violations.length > 0) ? 1 : 0;
}

async function run(seed: number, servers: OwnServers): Promise<Recorded> {
  const plan = planOf(seed);
  const what = {
    seed,
    placement: wordsForPlacement(plan.placement),
    faults: plan.faults.map(wordsFor),
  };
  const began = performance.now();
  const outcome = await carryOut(plan, await servers.for(plan)).catch(unfinished);
  return { ...what, outcome, seconds: (performance.now() - began) / 1_000 };
}

/** Such as that of a shop of which a process does not come back. */
const unfinished = (error: Error): Outcome => ({
  orders: 0,
  events: 0,
  statuses: {},
  violations: [`it was not carried out to its end: ${error.message}`],
  deaths: [],
  missed: [],
  doublings: 0,
  delays: 0,
  recoverySeconds: 0,
});

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
