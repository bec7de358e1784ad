import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '@banyan/servers';
import { format, resolveConfig } from 'prettier';
import { COMMANDS, type Step } from './proof';

/** Writes docs/zero-diff.md. */
export async function record(steps: readonly Step[]): Promise<void> {
  const file = join(root, 'docs/zero-diff.md');
  await writeFile(file, await format(pageOf(steps), { ...(await resolveConfig(file)), parser: 'markdown' }));
}

const pageOf = (steps: readonly Step[]): string => `# Nothing but the topology

Recorded by \`npm run prove:zero-diff -- --record\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores.

In a copy of this repository, with the commands that everybody has. The new contexts are generated, and no line of them is
written by hand:

${COMMANDS.map((command) => `- \`npx nx g @banyan/tools:${command.join(' ')}\``).join('\n')}

What is played with the eighth is in [eighth.play.ts](../apps/shop-e2e/src/eighth.play.ts): orders are completed while it is
in the monolith, while it is apart, and while nobody is there to hear of them, and each is rewarded once. "Code" is every file
under \`libs/\` and \`apps/*/src\`, compared by SHA-256.

| step | seen | seconds |
|---|---|---|
${steps.map(({ what, seen, seconds }) => `| ${what} | ${seen} | ${seconds.toFixed(0)} |`).join('\n')}
`;
