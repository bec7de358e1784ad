import type { Topology } from '@banyan/contracts';
import { type GeneratorCallback, output, readJson, type Tree } from '@nx/devkit';
import { formatJson } from '../generators/text/format';
import { absorbed, extracted, serviceOf } from './placing';

interface Options {
  readonly context: string;
}

/** `nx g @banyan/tools:extract orders` */
export async function extract(tree: Tree, { context }: Options): Promise<GeneratorCallback> {
  const topology = extracted(readJson<Topology>(tree, 'topology.json'), context);
  const main = `apps/${serviceOf(context)}/src/main.ts`;
  if (!tree.exists(main))
    throw new Error(`${context} has no service to run in: write ${main} first, after that of a sibling.`);
  await place(tree, topology);
  return () =>
    output.note({
      title: `${context} runs in ${serviceOf(context)} from revision ${topology.revision} on`,
      bodyLines: [
        `npx nx serve ${serviceOf(context)}    beside npx nx serve monolith, which needs no restart by hand`,
      ],
    });
}

/** `nx g @banyan/tools:absorb orders` */
export async function absorb(tree: Tree, { context }: Options): Promise<GeneratorCallback> {
  const topology = absorbed(readJson<Topology>(tree, 'topology.json'), context);
  await place(tree, topology);
  return () =>
    output.note({
      title: `${context} runs in the monolith from revision ${topology.revision} on`,
      bodyLines: [`${serviceOf(context)} steps back by itself once the monolith has it; then stop it`],
    });
}

/** As the formatter would have it, so that a diff shows the move alone. */
async function place(tree: Tree, topology: Topology): Promise<void> {
  tree.write('topology.json', await formatJson(topology));
}
