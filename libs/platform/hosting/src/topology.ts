import type { MessageMap, Topology } from '@banyan/contracts';
import { Placement } from '@banyan/messaging';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const TopologyFile = z.strictObject({
  $schema: z.string().optional(),
  revision: z.int().min(1),
  deployables: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.strictObject({ contexts: z.array(z.string()).min(1), url: z.url() }),
  ),
});

/** topology.json cannot be used as it is. The message says what to change. */
export class TopologyError extends Error {
  constructor(message: string) {
    super(`topology.json: ${message}`);
    this.name = 'TopologyError';
  }
}

/** Reads a topology. @throws TopologyError naming what is wrong: its form, or a context that is placed twice. */
export function parseTopology(text: string): Topology {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TopologyError((error as Error).message);
  }
  const parsed = TopologyFile.safeParse(json);
  if (!parsed.success) {
    throw new TopologyError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; '),
    );
  }
  const placed = new Map<string, string>();
  for (const [deployable, { contexts }] of Object.entries(parsed.data.deployables)) {
    for (const context of contexts) {
      const other = placed.get(context);
      if (other)
        throw new TopologyError(`${context} is placed in both ${other} and ${deployable}; place it once`);
      placed.set(context, deployable);
    }
  }
  return parsed.data;
}

/** The placement that a topology gives one deployable. */
export class TopologyPlacement extends Placement {
  readonly revision: number;
  readonly transport: 'in-process' | 'rabbitmq';
  readonly contexts: readonly string[];
  private readonly places = new Map<string, { readonly deployable: string; readonly url: string }>();

  /** @throws TopologyError when the deployable is not in it, or one of `known` contexts is placed nowhere. */
  constructor(
    topology: Topology,
    readonly deployable: string,
    known: readonly string[],
  ) {
    super();
    const deployables = Object.entries(topology.deployables);
    if (!topology.deployables[deployable]) {
      throw new TopologyError(
        `it has no deployable ${deployable}; it has ${deployables.map(([name]) => name).join(', ')}`,
      );
    }
    for (const [name, { contexts, url }] of deployables)
      for (const context of contexts) this.places.set(context, { deployable: name, url });
    const lost = known.filter((context) => !this.places.has(context));
    if (lost.length > 0)
      throw new TopologyError(
        `${lost.join(', ')} ${lost.length > 1 ? 'are' : 'is'} placed nowhere; add to the contexts of a deployable`,
      );
    this.revision = topology.revision;
    this.transport = deployables.length === 1 ? 'in-process' : 'rabbitmq';
    this.contexts = [...this.places.keys()].sort();
  }

  isHere(context: string): boolean {
    return this.places.get(context)?.deployable === this.deployable;
  }

  urlOf(context: string): string {
    const place = this.places.get(context);
    if (!place) throw new TopologyError(`${context} is placed nowhere`);
    return place.url;
  }
}

/** Reads the file that `BANYAN_TOPOLOGY` names, otherwise `topology.json` from beside the program or from the folders above it. */
export function loadTopology(): Topology {
  const named = process.env['BANYAN_TOPOLOGY'];
  if (!named) return parseTopology(readBeside('topology.json'));
  if (!existsSync(named)) throw new TopologyError(`there is no file ${named}, which BANYAN_TOPOLOGY names`);
  return parseTopology(readFileSync(named, 'utf8'));
}

/** Reads `message-map.json` likewise. */
export const loadMessageMap = (): MessageMap => JSON.parse(readBeside('message-map.json')) as MessageMap;

function readBeside(name: string): string {
  const starts = [
    process.env['BANYAN_ROOT'],
    require.main ? dirname(require.main.filename) : undefined,
    process.cwd(),
  ];
  for (const start of starts.filter((each) => each !== undefined)) {
    for (let folder = start; ; folder = dirname(folder)) {
      const file = join(folder, name);
      if (existsSync(file)) return readFileSync(file, 'utf8');
      if (folder === dirname(folder)) break;
    }
  }
  throw new Error(
    `${name} was found neither beside the program nor above ${process.cwd()}; start in the workspace, or set BANYAN_ROOT`,
  );
}
