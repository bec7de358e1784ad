/** Repeatable chance. */
export class Chance {
  constructor(private state: number) {}

  /** A whole number from 0 up to `below`. */
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

  /** True once in `times`. */
  oneIn = (times: number): boolean => this.below(times) === 0;

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** Chance of its own for somebody who acts at their own pace. */
  fork = (): Chance => new Chance(this.below(2 ** 31));
}
