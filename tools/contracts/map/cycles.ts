import type { MessageMap } from '@banyan/contracts';

/** One step of a cycle: `from` asks `type`, which `to` answers. */
export interface Asking {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

/**
 * The cycles of requests among contexts, each once, starting at its alphabetically first context; at least one per knot
 * of contexts that wait for each other. A context that asks itself is a cycle as well.
 */
export function requestCycles(map: MessageMap): Asking[][] {
  const askings = Object.entries(map.contexts).flatMap(([from, { asks }]) =>
    asks.map((type) => ({ from, type, to: type.split('.')[0] as string })),
  );
  const cycles = new Map<string, Asking[]>();
  const follow = (path: readonly Asking[]): void => {
    const { to } = path.at(-1) as Asking;
    const start = (path[0] as Asking).from;
    if (to === start) {
      const name = path.map(({ from }) => from).join(' ');
      if (!cycles.has(name)) cycles.set(name, [...path]);
      return;
    }
    // Each cycle is walked from its first context only, and through each context once.
    if (to < start || path.some(({ from }) => from === to)) return;
    for (const next of askings.filter(({ from }) => from === to)) follow([...path, next]);
  };
  for (const asking of askings) follow([asking]);
  return [...cycles.values()];
}

/** `orders asks catalog (catalog.quote-prices.v1), catalog asks orders (orders.count.v1)` */
export const tell = (cycle: readonly Asking[]): string =>
  cycle.map(({ from, type, to }) => `${from} asks ${to} (${type})`).join(', ');
