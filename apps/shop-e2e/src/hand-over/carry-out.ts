import { Bustle } from '../faults/load/bustle';
import { Chance } from '../faults/plan/chance';
import { judge } from '../faults/verdict';
import { judgeDiary, lastEntry } from './diary-rules';
import type { HandOver } from './hand-overs';
import { PassersBy } from './passers-by';
import { Stage } from './stage';
import type { Fared, Kind, Span, Stopwatch } from './stopwatch';

/** How clients fared around one move, by what they asked for. */
export interface Moved {
  readonly what: string;
  /** How long it took to carry it out, in seconds. */
  readonly seconds: number;
  readonly fared: Readonly<Record<Asking, Readonly<Record<'before' | 'during' | 'after', Fared>>>>;
}
/** `moved`: a look into the context that moves. */
export type Asking = 'browse' | 'cart' | 'order' | 'moved';

/** What became of a hand-over. */
export interface Outcome {
  readonly name: string;
  readonly moves: readonly Moved[];
  readonly orders: number;
  /** Entries of the diary: events that orders, inventory and payments handled. */
  readonly handled: number;
  /** How often clients were given each status; 0 for no answer. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly violations: readonly string[];
}

export interface Rehearsal {
  /** Orders that are accepted before and after each move. (Default: 30) */
  readonly ordersBetween?: number;
  /** Guards of the product that are switched off, with commas between. (Default: none) */
  readonly withoutGuards?: string;
  /** For how long the shop may take to become quiet. (Default: two minutes) */
  readonly quietWithinMs?: number;
}

interface Spans {
  readonly before: Span;
  readonly during: Span;
  readonly after: Span;
}

/** Carries a hand-over out while customers, staff and passers-by come and go, lets all become quiet, and judges. */
export async function carryOut(
  { name, moved, moves, repeats, shop: options }: HandOver,
  { ordersBetween = 30, withoutGuards, quietWithinMs }: Rehearsal = {},
): Promise<Outcome> {
  const stage = await Stage.open({
    ...options,
    ...(withoutGuards && { env: { BANYAN_REMOVE_GUARDS: withoutGuards } }),
  });
  let passersBy: PassersBy | undefined;
  try {
    const { shop, stopwatch } = stage;
    const bustle = await Bustle.begin(shop, new Chance(1), { customers: 6 });
    passersBy = await PassersBy.come(shop);
    await bustle.ordered(5);
    const spans: Spans[] = [];
    for (const { carryOut } of moves) {
      const began = performance.now();
      await bustle.ordered(ordersBetween);
      const from = performance.now();
      await carryOut(stage);
      const to = performance.now();
      await bustle.ordered(ordersBetween);
      const after = { from: to, to: performance.now() };
      spans.push({ before: { from: began, to: from }, during: { from, to }, after });
    }
    await passersBy.leave();
    const told = await bustle.leave();
    const ordered = await lastEntry(shop);
    if (repeats) await stage.repeat(repeats.of, repeats.to);
    const { violations } = await judge(shop, told, quietWithinMs);
    const broken = await judgeDiary(shop, ordered);
    const handled = await lastEntry(shop);
    await stage.leave(...shop.running.values());
    const statuses = stopwatch.statuses();
    return {
      name,
      moves: moves.map(({ what }, n) => timed(what, spans[n]!, stopwatch, moved)),
      orders: told.orders.size,
      handled,
      statuses,
      violations: [...violations, ...broken, ...unheardOf(statuses), ...(await ending(stage))],
    };
  } finally {
    await passersBy?.leave();
    await stage.close();
  }
}

function timed(what: string, spans: Spans, stopwatch: Stopwatch, moved: Kind): Moved {
  const fared = (kind: Kind) => ({
    before: stopwatch.fared(kind, spans.before),
    during: stopwatch.fared(kind, spans.during),
    after: stopwatch.fared(kind, spans.after),
  });
  return {
    what,
    seconds: (spans.during.to - spans.during.from) / 1_000,
    fared: { browse: fared('browse'), cart: fared('cart'), order: fared('order'), moved: fared(moved) },
  };
}

/** What nobody is to be told, whatever is replaced. */
const unheardOf = (statuses: Readonly<Record<string, number>>): string[] =>
  Object.entries(statuses)
    .filter(([status]) => !/^(2\d\d|409|503)$/.test(status))
    .map(([status, times]) => `clients were told ${status}, ${times} times`);

/** What is odd about how processes ended. */
async function ending({ shop, ends }: Stage): Promise<string[]> {
  const sessions = await shop.sessions();
  return [
    ...(sessions > 0 ? [`${sessions} database sessions are left of processes that have ended`] : []),
    ...ends
      .filter(({ code, left, faults }) => code !== 0 || left || faults.length > 0)
      .map((end) => `a process did not end in good order: ${JSON.stringify(end)}`),
  ];
}
