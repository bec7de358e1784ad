/** One of those compared: does a round of work and says how it went, in the comparison's unit. */
export interface Contender {
  readonly name: string;
  round(): Promise<number>;
}

/** What each contender reached, round by round. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

/**
 * Lets contenders take turns (A B C, A B C, …), so that whatever else the machine does hits all of them alike.
 * One round before those that count warms each up.
 */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<Rounds> {
  const reached = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { round } of contenders) await round();
  for (let turn = 0; turn < rounds; turn++) {
    for (const { name, round } of contenders) {
      global.gc?.();
      reached.get(name)?.push(await round());
    }
  }
  return reached;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By linear interpolation. NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** The median over rounds of what `one` reached for each that `other` did in the same round. */
export function ratio(rounds: Rounds, one: string, other: string): number {
  const theirs = rounds.get(other) ?? [];
  return median((rounds.get(one) ?? []).map((value, round) => value / (theirs[round] ?? NaN)));
}

/** How many times per second `act` can be done by `concurrency` loops within `ms`. */
export async function perSecond(
  ms: number,
  concurrency: number,
  act: (loop: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, loop) => {
      while (performance.now() - began < ms) {
        await act(loop);
        done++;
      }
    }),
  );
  return (done * 1000) / (performance.now() - began);
}

/** `count` done since `began`, per second. */
export const rate = (count: number, began: number): number => (count * 1000) / (performance.now() - began);
