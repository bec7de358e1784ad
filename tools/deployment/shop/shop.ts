import type { MessageMap, Topology } from '@banyan/contracts';
import { Needs, needsOf } from './needs';

/** What a deployment is generated from. */
export interface ShopSource {
  readonly topology: Topology;
  readonly map: MessageMap;
  /** The contexts that the main.ts of each deployable lists: those that it serves or passes on. */
  readonly listed: Readonly<Record<string, readonly string[]>>;
  /** Tag of the images. */
  readonly version: string;
  /** Keep a broker although one deployable is placed: its queues may still hold messages. (Default: false) */
  readonly keepBroker?: boolean;
}

/** A deployable, as its surroundings see it. */
export interface Place {
  readonly name: string;
  readonly contexts: readonly string[];
  /** Where it listens, everywhere the same. */
  readonly port: number;
  /** Deployables that it passes HTTP on to. */
  readonly forwardsTo: readonly string[];
  /** Clients come in here. */
  readonly door: boolean;
  readonly needs: Needs;
}

/** Who runs where, and who needs whom. */
export interface Shop {
  readonly places: readonly Place[];
  /** In the order of the alphabet. */
  readonly contexts: readonly string[];
  readonly broker: boolean;
  /** Whether the simulated payment provider is called. */
  readonly provider: boolean;
  /** The placement with addresses that hold among containers: each deployable is reached under its own name. */
  readonly topology: Topology;
  readonly version: string;
}

/** The port below which a process that is not root may not listen everywhere. */
const LOWEST_PORT = 1024;

/** @throws Error with one sentence when the placement cannot be deployed */
export function shopOf({ topology, map, listed, version, keepBroker = false }: ShopSource): Shop {
  const names = Object.keys(topology.deployables);
  const placeOf = new Map(
    names.flatMap((name) =>
      topology.deployables[name]!.contexts.map((context): [string, string] => [context, name]),
    ),
  );
  const lost = Object.keys(map.contexts).filter((context) => !placeOf.has(context));
  if (lost.length > 0)
    throw new Error(`topology.json: ${lost.join(', ')} placed nowhere; add to the contexts of a deployable`);
  for (const [context, name] of placeOf) {
    if (!(context in map.contexts))
      throw new Error(
        `topology.json places ${context}, which message-map.json does not know; run npm run contracts:generate`,
      );
    if (!listed[name]?.includes(context))
      throw new Error(
        `topology.json places ${context} in ${name}, but apps/${name}/src/main.ts does not list it`,
      );
  }

  const forwardsTo = (name: string) =>
    unique((listed[name] ?? []).flatMap((context) => placeOf.get(context) ?? []))
      .filter((target) => target !== name)
      .sort();
  // Where nobody passes on for all, clients must reach each deployable themselves.
  const wholeDoor = names.find((name) =>
    [...placeOf.keys()].every((context) => listed[name]?.includes(context)),
  );
  const places = names.map((name): Place => {
    const { contexts, url } = topology.deployables[name]!;
    return {
      name,
      contexts: [...contexts].sort(),
      port: portOf(name, url),
      forwardsTo: forwardsTo(name),
      door: wholeDoor === undefined || wholeDoor === name,
      needs: needsOf(contexts),
    };
  });
  return {
    places,
    contexts: [...placeOf.keys()].sort(),
    broker: names.length > 1 || keepBroker,
    provider: places.some(({ needs }) => needs.provider),
    topology: {
      revision: topology.revision,
      deployables: Object.fromEntries(
        places.map(({ name, port }) => [
          name,
          { contexts: topology.deployables[name]!.contexts, url: `http://${name}:${port}` },
        ]),
      ),
    },
    version,
  };
}

function portOf(name: string, url: string): number {
  const port = Number(new URL(url).port);
  if (port >= LOWEST_PORT) return port;
  throw new Error(
    `topology.json: the url of ${name} is ${url}; give it a port from ${LOWEST_PORT} on, where its container listens`,
  );
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
