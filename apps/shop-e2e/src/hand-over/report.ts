import { cpus, loadavg } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { WORKSPACE } from '../shop/deployable';
import type { Asking, Moved, Outcome } from './carry-out';
import { LOOKS_EVERY_MS } from './doors';

const ASKINGS: readonly Asking[] = ['browse', 'cart', 'order', 'moved'];

/** For a terminal. */
export function lines({ name, moves, orders, handled, violations }: Outcome): string {
  const told = moves.map((move) => {
    const pauses = ASKINGS.map((asking) => `${asking} ${pauseOf(move, asking)}`);
    return `  ${move.what}, ${move.seconds.toFixed(1)} s: not served for at most ${pauses.join(', ')} ms; ${refusedIn(move)} refused`;
  });
  return [
    `${name}: ${orders} orders, ${handled} events handled, ${violations.length} violations`,
    ...told,
    ...violations.map((violation) => `  VIOLATION ${violation}`),
  ].join('\n');
}

/** Such as `180 (150)`: during the move, and before it. */
function pauseOf({ fared }: Moved, asking: Asking): string {
  const { before, during } = fared[asking];
  return `${during.pauseMs.toFixed(0)} (${before.pauseMs.toFixed(0)})`;
}

function latencyOf({ fared }: Moved, percentile: 'p50Ms' | 'p99Ms'): string {
  const { before, during, after } = fared.order;
  return [before, during, after].map((each) => each[percentile].toFixed(0)).join(' · ');
}

/** Requests that were refused during the move and after it, by status, of all. */
function refusedIn({ fared }: Moved): string {
  const spans = ASKINGS.flatMap((asking) => [fared[asking].during, fared[asking].after]);
  const asked = spans.reduce((sum, each) => sum + each.asked, 0);
  const refused: Record<string, number> = {};
  for (const each of spans)
    for (const [status, count] of Object.entries(each.refused))
      refused[status] = (refused[status] ?? 0) + count;
  const byStatus = Object.entries(refused).map(([status, count]) => `${count} × ${status}`);
  return `${byStatus.join(', ') || 'none'} of ${asked}`;
}

/** Writes docs/hand-over.md. */
export async function record(outcomes: readonly Outcome[]): Promise<void> {
  const file = join(WORKSPACE, 'docs/hand-over.md');
  const options = await resolveConfig(file);
  await writeFile(file, await format(document(outcomes), { ...options, parser: 'markdown' }));
}

function document(outcomes: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number): string =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0).toLocaleString('en');
  const violations = outcomes.flatMap(({ name, violations }) =>
    violations.map((each) => `- ${name}: ${each}`),
  );
  const statuses: Record<string, number> = {};
  for (const outcome of outcomes)
    for (const [status, count] of Object.entries(outcome.statuses))
      statuses[status] = (statuses[status] ?? 0) + count;
  return `# Handing over while customers order

Recorded by \`npm run hand-over -- --record\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, at a load of ${loadavg()[2]!.toFixed(1)} over the last
quarter of an hour, the shop's own processes and its clients included.

What was done: contexts leave and come back, two processes of each deployable are replaced one by one, old and new code run side by
side, the data of a context move to a PostgreSQL of their own and back, and a service starts whose events have waited ([the hand-overs](../apps/shop-e2e/src/hand-over/hand-overs.ts)). All are real processes, over PostgreSQL and
RabbitMQ. A new process comes before an old one leaves.

How it was measured: six customers order, cancel and ask again, staff receive and refund, and passers-by ask for a product, its stock, their
orders and a payment every 100 ms, whatever they are told. All come by a door ([doors.ts](../apps/shop-e2e/src/hand-over/doors.ts)) that leads them in turns to the processes
that are ready, looks for those every ${LOOKS_EVERY_MS / 1_000} s, and repeats nothing. What each was told is timed where the client stands. A process is taken off its
door before it is told to stop.

What was checked: once all is quiet, [the rules](../apps/shop-e2e/src/shop/books.ts) and [the verdict](../apps/shop-e2e/src/faults/verdict.ts) of the [fault runs](faults.md), each answer that a client was given
among them; and a diary that orders, inventory and payments keep of what they handle, in the transaction in which they do: each event once per
subscription, in order per publisher and key ([diary-rules.ts](../apps/shop-e2e/src/hand-over/diary-rules.ts)).

In all: ${sum(({ orders }) => orders)} orders, ${sum(({ handled }) => handled)} entries in the diary, **${violations.length} violations**. Clients were told ${Object.entries(
    statuses,
  )
    .map(([status, count]) => `${status === '0' ? 'nothing' : status} ${count.toLocaleString('en')} times`)
    .join(', ')}.
${violations.length > 0 ? `\n${violations.join('\n')}\n` : ''}
## The pause

The longest time in which nobody was served, in milliseconds, and in brackets the longest in the seconds before, when nothing was replaced: so often
do these clients ask, on this machine. \`moved\` is a look into the context that moves. Refused: requests that got no 2xx and no 409, of all four kinds,
during the move and in the seconds after it.

| hand-over | move | took | browse | cart | order | moved | refused |
|---|---|---|---|---|---|---|---|
${rows(outcomes, (move) => [`${move.seconds.toFixed(1)} s`, ...ASKINGS.map((asking) => pauseOf(move, asking)), refusedIn(move)])}

## How long an order took

\`POST /orders\` until its 202, in milliseconds, before · during · after the move. Starting a process takes a core for some seconds.

| hand-over | move | p50 | p99 |
|---|---|---|---|
${rows(outcomes, (move) => [latencyOf(move, 'p50Ms'), latencyOf(move, 'p99Ms')])}

## What makes it so

A process that a newer placement takes a context from gives up at once what must have one owner: relay, clock, inbox, queue. It serves clients
for up to two minutes more ([decision 16](adr/0016-an-older-process-serves-on.md)), and is ready. Both were learnt here: while a monolith was not ready because one of
its contexts had left, extracting orders kept everybody out for 33 s, as long as the next monolith took to start on a machine at a load
of 20.

While data move, nobody writes until they are copied, and from then on nobody is served by the context until a process at the new place has
noticed, which looks twice a second, and the door has noticed that one ([decision 18](adr/0018-one-place-at-a-time.md)). The same was run with an old place that was not
closed: payments were then made at both, money was missing, and the rules said so.

Nothing here waits on purpose. What \`took\` says is the start of the new processes, one after the other, the door's looks, and the end of
the old ones, who finish what is in hand.
`;
}

const rows = (outcomes: readonly Outcome[], cells: (move: Moved) => readonly string[]): string =>
  outcomes
    .flatMap(({ name, moves }) =>
      moves.map((move, n) => `| ${[n === 0 ? name : '', move.what, ...cells(move)].join(' | ')} |`),
    )
    .join('\n');
