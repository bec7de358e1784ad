import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { WORKSPACE } from '../shop/deployable';
import { everyPartition, named } from './candidates';
import { type Entry, Ledger } from './ledger';

const FILE = join(WORKSPACE, 'docs/placements.md');

/** Writes docs/placements.md from what was walked; a part of which nothing was walked stays as it is. */
export async function record(): Promise<void> {
  const options = await resolveConfig(FILE);
  await writeFile(FILE, await format(await document(), { ...options, parser: 'markdown' }));
}

async function document(): Promise<string> {
  return `# Every placement

The whole journey ([what customers and staff do](../apps/shop-e2e/src/shop/journey.ts)) is walked through a shop, and written down
([how](../apps/shop-e2e/src/placements/transcript)): every status and body with ids and times normalised, what each context published
of each key in its order, timelines as partial orders (that money went back is heard from another context, and may come before or
after what else happens), notifications. Then it is held against what was written down of the monolith. What belongs to an order
is compared once all is quiet, since until then it is a matter of the moment everywhere; of steps that are races on purpose, the
books are compared and not who won. A shop's books must be in order, and its processes must end in good order.

${namedSection(await Ledger.asItIs('named')) ?? (await recorded(NAMED))}

${allSection(await Ledger.asItIs('all')) ?? (await recorded(ALL))}`;
}

const NAMED = '## In processes of their own';
const ALL = `## All ${everyPartition.length} partitions`;

/** What the document says under a title by now. */
async function recorded(title: string): Promise<string> {
  const parts = (await readFile(FILE, 'utf8')).split(/^(?=## )/m);
  return parts.find((part) => part.startsWith(title)) ?? '';
}

const here = (): string =>
  `Walked until ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores.`;

const verdict = ({ complaints }: Entry): string =>
  complaints.length === 0 ? 'equal' : `**${complaints.length} differences**`;

function namedSection(ledger: Ledger | undefined): string | undefined {
  const entries = named.flatMap(({ name }) => {
    const entry = ledger?.of(name);
    return entry ? [[name, entry] as const] : [];
  });
  if (entries.length === 0) return undefined;
  return `${NAMED}

${here()} \`npm run placements\`: each deployable is a process. The ten partitions at the end put every two contexts together, and apart.

| placement | processes | steps | scenes | lines | transcript |
|---|---|---|---|---|---|
${entries.map(([name, entry]) => `| ${name.replaceAll('|', '\\|')} | ${entry.deployables} | ${entry.steps} | ${entry.scenes} | ${entry.lines} | ${verdict(entry)} |`).join('\n')}
${complaintsOf(entries)}`;
}

function allSection(ledger: Ledger | undefined): string | undefined {
  const entries = [...(ledger?.all ?? [])];
  if (entries.length === 0) return undefined;
  const sizes = [...new Set(everyPartition.map(({ placement }) => Object.keys(placement).length))];
  const rows = sizes.map((size) => {
    const there = everyPartition.filter(({ placement }) => Object.keys(placement).length === size).length;
    const walked = entries.filter(([, { deployables }]) => deployables === size);
    const equal = walked.filter(([, { complaints }]) => complaints.length === 0).length;
    return `| ${size} | ${there} | ${walked.length} | ${equal} |`;
  });
  const hours = entries.reduce((sum, [, { seconds }]) => sum + seconds, 0) / 3_600;
  return `${ALL}

${here()} \`npm run placements -- --all\`: ${entries.length} of ${everyPartition.length} walked, ${entries.filter(([, { complaints }]) => complaints.length === 0).length} equal to the monolith; ${hours.toFixed(1)} hours of walking, several shops at a time. Here the deployables of a shop
share one process, each with its own Nest application, port, pools and connections to the broker: they share an event loop and
nothing else. Each shop begins as a copy of one that was the monolith before, so that every run is an extraction too. The four steps that
are races are left out, since nothing of them is compared.

| deployables | partitions | walked | equal |
|---|---|---|---|
${rows.join('\n')}
${complaintsOf(entries)}`;
}

const complaintsOf = (entries: readonly (readonly [string, Entry])[]): string =>
  entries
    .filter(([, { complaints }]) => complaints.length > 0)
    .map(([name, { complaints }]) => `\n- ${name}\n${complaints.map((each) => `  - ${each}`).join('\n')}`)
    .join('');
