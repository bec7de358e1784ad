/** The seed of this run: `BANYAN_SEED` replays one that failed. */
export const seed = Number(process.env['BANYAN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Repeatable chance: numbers from 0 up to `below`. */
export class Chance {
  constructor(private state: number) {}

  below(below: number): number {
    // mulberry32
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

/** Runs `work`; when it fails, says with which seed it can be done again. */
export async function replayable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    (error as Error).message += `\n\nTo see it again: BANYAN_SEED=${seed}`;
    throw error;
  }
}
