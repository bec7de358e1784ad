import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { reached, type Report } from './report';
import { scenarios } from './scenarios';
import type { Surroundings } from './surroundings';
import { aimOf, measuredOf, valueOf } from './table';

const docs = join(__dirname, '../../docs');
const json = join(docs, 'benchmarks.json');

export interface Recorded extends Report {
  readonly title: string;
  readonly at: string;
  /** Of the machine in the minute before. Above a few tenths, others were at work too. */
  readonly load: number;
}

/** Writes figures down. Scenarios that did not run this time keep the figures they had. */
export async function record(
  around: Surroundings,
  reports: Readonly<Record<string, Recorded>>,
): Promise<void> {
  const before = existsSync(json)
    ? (JSON.parse(readFileSync(json, 'utf8')) as { scenarios: Record<string, Recorded> }).scenarios
    : {};
  const all = { ...before, ...reports };
  const ordered = Object.fromEntries(
    Object.keys(scenarios).flatMap((name) => (all[name] ? [[name, all[name]]] : [])),
  );
  await write(json, JSON.stringify({ ...around, scenarios: ordered }));
  await write(join(docs, 'benchmarks.md'), page(around, Object.values(ordered)));
}

/** As the formatter has it. */
async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

function page(around: Surroundings, reports: readonly Recorded[]): string {
  const head = `# Benchmarks

Written by \`npm run bench -- --record\`; run \`npm run bench\` for figures of your own machine. Ratios travel, absolute figures do not.

| | |
|---|---|
| date | ${around.date.slice(0, 16).replace('T', ' ')} UTC |
| machine | ${around.machine} |
| versions | Node ${around.node}, PostgreSQL ${around.postgres} (fsync ${around.fsync ? 'on' : 'off'}) |
| load | given with each scenario: that of the machine in the minute before, so that much above 0 says that others were at work too, and absolute figures suffered |
| method | median of ${around.rounds} rounds of about ${around.roundMs} ms; contenders take turns within each round, ratios are medians over rounds; in brackets the lowest and highest round |

## Targets

| scenario | target | measured | |
|---|---|---|---|
${reports.flatMap(({ title, targets }) => targets.map((target) => `| ${title} | ${aimOf(target)} | ${measuredOf(target)} | ${reached(target) ? 'reached' : '**missed**'} |`)).join('\n')}
`;
  const parts = reports.map(
    ({ title, lines, notes = [], at, load }) => `
## ${title}

| | |
|---|---|
${lines.map((line) => `| ${line.name} | ${valueOf(line)} |`).join('\n')}

${notes.join(' ')} Measured ${at.slice(0, 16).replace('T', ' ')} UTC, at a load of ${load} before it began.
`,
  );
  return head + parts.join('');
}
