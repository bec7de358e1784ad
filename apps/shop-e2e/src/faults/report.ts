import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { WORKSPACE } from '../shop/deployable';
import { POINTS } from './plan/points';
import type { Outcome } from './run';

/** A run, in words and figures. */
export interface Recorded {
  readonly seed: number;
  readonly placement: string;
  readonly faults: readonly string[];
  readonly outcome: Outcome;
  /** In all. */
  readonly seconds: number;
}

/** How often a process died at each failpoint. */
export const deathsByPoint = (runs: readonly Recorded[]): Map<string, number> =>
  new Map(
    POINTS.map((point) => [
      point,
      runs.flatMap(({ outcome }) => outcome.deaths).filter((each) => each === point).length,
    ]),
  );

/** For a terminal. */
export function line({ seed, placement, faults, outcome, seconds }: Recorded): string {
  const { orders, events, violations, missed, recoverySeconds, statuses, doublings, delays } = outcome;
  return [
    `seed ${seed}, ${placement}: ${faults.join('; ')}`,
    `  ${orders} orders, ${events} events, ${doublings} doubled, ${delays} held back, ${JSON.stringify(statuses)}, recovered in ${recoverySeconds.toFixed(1)} s, ${seconds.toFixed(0)} s in all`,
    ...missed.map((point) => `  nobody passed ${point} in time`),
    ...violations.map((violation) => `  VIOLATION ${violation}`),
  ].join('\n');
}

/** Writes docs/faults.md. */
export async function record(runs: readonly Recorded[]): Promise<void> {
  const file = join(WORKSPACE, 'docs/faults.md');
  const options = await resolveConfig(file);
  await writeFile(file, await format(document(runs), { ...options, parser: 'markdown' }));
}

function document(runs: readonly Recorded[]): string {
  const sum = (of: (outcome: Outcome) => number): string =>
    runs.reduce((total, { outcome }) => total + of(outcome), 0).toLocaleString('en');
  const recoveries = runs.map(({ outcome }) => outcome.recoverySeconds).sort((a, b) => a - b);
  const median = recoveries[Math.floor(recoveries.length / 2)]!;
  const violations = runs.flatMap(({ seed, outcome }) =>
    outcome.violations.map((violation) => `- seed ${seed}: ${violation}`),
  );
  return `# Conservation under faults

Recorded by \`npm run faults -- --runs ${runs.length} --seed ${runs[0]!.seed} --record\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores.

Customers order, with cards that work, fail, dawdle and lose their replies, cancel at random moments and ask again under the same
key; staff receive goods, give money back and give parcels up. Meanwhile the faults of a seed strike, one after the other: processes
die, at random and at the named failpoints of messaging, sessions and networks are cut or stall, servers are killed and started
again, handlers fail, what was told is told once more, out of turn, and a proxy before the broker doubles messages and lets them
change places. Then all is left to become quiet, and what must always hold
([the rules](../apps/shop-e2e/src/shop/books.ts)) is checked in SQL and against the provider's ledger, and so is each answer that
a client was given ([the verdict](../apps/shop-e2e/src/faults/verdict.ts)).

At [the proxy](../libs/platform/testing/src/amqp/disorder.ts), events, requests and replies are doubled and change places, on the way
to the broker and from it. A copy comes at once or after others, those of its own key included. A message is overtaken by any other
but those of its own publisher and key: their order is promised on the ground that a queue is first in, first out, as every broker
keeps it, so that a network that broke it would break what is promised and prove nothing.

In all: ${runs.length} runs, ${sum(({ orders }) => orders)} orders, ${sum(({ events }) => events)} events, ${sum(({ doublings }) => doublings)} messages doubled and
${sum(({ delays }) => delays)} held back on the way, **${violations.length} violations**. From the end of the last
fault until no message was under way: ${median.toFixed(1)} s in the middle, ${recoveries.at(-1)!.toFixed(1)} s at most. \`npm run faults -- --runs 1 --seed n\` plays a seed again.
${violations.length > 0 ? `\n## Violations\n\n${violations.join('\n')}\n` : ''}
## Runs

| seed | placement | faults | orders | events | violations | recovery |
|---|---|---|---|---|---|---|
${runs.map(({ seed, placement, faults, outcome }) => `| ${seed} | ${placement} | ${faults.join('; ')} | ${outcome.orders} | ${outcome.events} | ${outcome.violations.length} | ${outcome.recoverySeconds.toFixed(1)} s |`).join('\n')}

## Deaths at failpoints

| failpoint | processes that died there |
|---|---|
${[...deathsByPoint(runs)].map(([point, n]) => `| ${point} | ${n} |`).join('\n')}
`;
}
