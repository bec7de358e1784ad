import type { Topology } from '@banyan/contracts';
import { type GeneratorCallback, output, readJson, type Tree } from '@nx/devkit';
import { drawShop } from '../contracts/draw-shop';
import { formatJson } from '../generators/text/format';
import { foretell, generateDeployment, TOPOLOGY_WRITES } from '../generators/text/generated-files';
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
  return async () => {
    await follow(tree.root);
    output.note({
      title: `${context} runs in ${serviceOf(context)} from revision ${topology.revision} on`,
      bodyLines: [
        `npx nx serve ${serviceOf(context)}    beside npx nx serve monolith, which needs no restart by hand`,
      ],
    });
  };
}

/** `nx g @banyan/tools:absorb orders` */
export async function absorb(tree: Tree, { context }: Options): Promise<GeneratorCallback> {
  const topology = absorbed(readJson<Topology>(tree, 'topology.json'), context);
  await place(tree, topology);
  return async () => {
    await follow(tree.root);
    output.note({
      title: `${context} runs in the monolith from revision ${topology.revision} on`,
      bodyLines: [
        `${serviceOf(context)} steps back by itself once the monolith has it; then stop it`,
        ...(Object.keys(topology.deployables).length === 1
          ? ['To roll this out in a cluster, first: npm run deploy:generate -- --keep-broker']
          : []),
      ],
    });
  };
}

/** What is drawn and generated from the topology, so that one command leaves nothing stale. */
async function follow(root: string): Promise<void> {
  await Promise.all([drawShop(root), generateDeployment(root)]);
}

/** As the formatter would have it, so that a diff shows the move alone. */
async function place(tree: Tree, topology: Topology): Promise<void> {
  tree.write('topology.json', await formatJson(topology));
  foretell(...TOPOLOGY_WRITES);
}
