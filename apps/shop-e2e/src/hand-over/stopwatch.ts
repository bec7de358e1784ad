import type { Witness } from '../shop/options';
import type { Hearing } from '../shop/visitor';

/** One asking, as its visitor saw it. Instants are of `performance.now()`. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly begunAt: number;
  readonly endedAt: number;
  /** 0 for no answer. */
  readonly status: number;
  /** The header of that name, in seconds. */
  readonly retryAfter?: string;
}

/** A stretch of time, by `performance.now()`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What clients ask for, told apart because different contexts answer it. */
export const KINDS = {
  browse: /^GET \/products\//,
  cart: /^PUT \/cart\/items\//,
  order: /^POST \/orders$/,
  'look at orders': /^GET \/orders\b/,
  'look at payments': /^GET \/payments\?/,
  'look at stock': /^GET \/stock\//,
} as const;
export type Kind = keyof typeof KINDS;

/** How clients fared with one kind of asking in a span. Times are in milliseconds. */
export interface Fared {
  readonly asked: number;
  /** How often each status was given that is no success; 0 for no answer. */
  readonly refused: Readonly<Record<number, number>>;
  /** Refusals that did not say when to come again. */
  readonly withoutRetryAfter: number;
  /** The longest time in which nobody was served. */
  readonly pauseMs: number;
  /** Of those who were served. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Times what clients ask, as they see it. */
export class Stopwatch implements Witness {
  private readonly asked: Asked[] = [];

  hearing = (): Hearing => (method, path) => {
    const begunAt = performance.now();
    return (answer) =>
      void this.asked.push({
        method,
        path,
        begunAt,
        endedAt: performance.now(),
        status: answer?.status ?? 0,
        retryAfter: answer?.headers.get('retry-after') ?? undefined,
      });
  };

  /** How clients fared who began in the span. */
  fared(kind: Kind, { from, to }: Span): Fared {
    const all = this.asked.filter(({ method, path }) => KINDS[kind].test(`${method} ${path}`));
    const here = all.filter(({ begunAt }) => begunAt >= from && begunAt < to);
    const served = here.filter(isServed).map(({ begunAt, endedAt }) => endedAt - begunAt);
    const refused = here.filter((each) => !isServed(each));
    return {
      asked: here.length,
      refused: byStatus(refused),
      withoutRetryAfter: refused.filter(({ retryAfter }) => !retryAfter).length,
      pauseMs: longestPause(all.filter(isServed), { from, to }),
      p50Ms: percentile(served, 0.5),
      p99Ms: percentile(served, 0.99),
    };
  }

  /** How often each status was given, whatever was asked. */
  statuses(): Record<number, number> {
    return byStatus(this.asked);
  }
}

function byStatus(asked: readonly Asked[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of asked) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** A conflict is an answer, too: such as that a price has changed. */
const isServed = ({ status }: Asked): boolean => (status >= 200 && status < 300) || status === 409;

function longestPause(served: readonly Asked[], { from, to }: Span): number {
  const instants = served.map(({ endedAt }) => endedAt).sort((a, b) => a - b);
  const before = instants.filter((at) => at < from).at(-1) ?? from;
  const after = instants.find((at) => at >= to) ?? to;
  const marks = [before, ...instants.filter((at) => at >= from && at < to), after];
  return Math.max(...marks.slice(1).map((at, n) => at - marks[n]!));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
