import type { Topology } from '@banyan/contracts';

/** Where services of contexts listen in development; the monolith has 3000. */
const ports: Readonly<Record<string, number>> = {
  users: 3001,
  catalog: 3002,
  inventory: 3003,
  orders: 3004,
  payments: 3005,
  shipping: 3006,
  notifications: 3007,
};

/** The deployable that contexts start in and come back to. */
const HOME = 'monolith';

export const serviceOf = (context: string): string => `${context}-service`;

/** Places `context` in a deployable of its own. @throws Error when it is unknown, or has one already. */
export function extracted(topology: Topology, context: string): Topology {
  const from = placeOf(topology, context);
  const service = serviceOf(context);
  if (from === service) throw new Error(`${context} runs in ${service} already.`);
  return moved(topology, context, from, service);
}

/** Places `context` back in the monolith. @throws Error when it is unknown, or there already. */
export function absorbed(topology: Topology, context: string): Topology {
  const from = placeOf(topology, context);
  if (from === HOME) throw new Error(`${context} runs in the ${HOME} already.`);
  return moved(topology, context, from, HOME);
}

function placeOf({ deployables }: Topology, context: string): string {
  const [place] = Object.entries(deployables).find(([, { contexts }]) => contexts.includes(context)) ?? [];
  if (place) return place;
  const known = Object.values(deployables).flatMap(({ contexts }) => contexts);
  throw new Error(`There is no context ${context} in topology.json; there are ${known.sort().join(', ')}.`);
}

/** A deployable that is left without contexts goes; one that is new comes last; the revision rises, so that older processes step back. */
function moved({ revision, deployables }: Topology, context: string, from: string, to: string): Topology {
  const target = deployables[to] ?? { contexts: [], url: urlOf(context, to, deployables) };
  const places = { ...deployables, [to]: { ...target, contexts: inOrder([...target.contexts, context]) } };
  const left = deployables[from]!.contexts.filter((each) => each !== context);
  if (left.length > 0) places[from] = { ...deployables[from]!, contexts: left };
  else delete places[from];
  return { revision: revision + 1, deployables: places };
}

/** Those of the shop as they are listed from the beginning, others behind by the alphabet: whoever comes back leaves no trace. */
export function inOrder(contexts: readonly string[]): string[] {
  const place = (context: string) => ports[context] ?? Number.MAX_SAFE_INTEGER;
  return [...contexts].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

function urlOf(context: string, deployable: string, deployables: Topology['deployables']): string {
  const taken = Object.values(deployables).map(({ url }) => Number(new URL(url).port));
  const wanted = deployable === HOME ? 3000 : (ports[context] ?? 3008);
  let port = wanted;
  while (taken.includes(port)) port = port < 3008 ? 3008 : port + 1;
  return `http://localhost:${port}`;
}
