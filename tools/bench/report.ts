import { median, quantile, type Rounds } from './measuring';

/** A line of a scenario's table. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Lowest and highest round. */
  readonly range?: readonly [number, number];
  /** Why there is no value. */
  readonly absent?: string;
}

/** Something that was set out to be reached. */
export interface Target {
  readonly what: string;
  readonly value: number;
  readonly unit?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What one scenario measured. */
export interface Report {
  readonly lines: readonly Line[];
  readonly targets: readonly Target[];
  /** How to read the lines. */
  readonly notes?: readonly string[];
}

export const reached = ({ value, atLeast = -Infinity, atMost = Infinity }: Target): boolean =>
  value >= atLeast && value <= atMost;

export const linesOf = (rounds: Rounds, unit: string): Line[] =>
  [...rounds].map(([name, values]) => ({
    name,
    unit,
    value: median(values),
    range: [quantile(values, 0), quantile(values, 1)],
  }));

export const absent = (name: string, reason: string): Line => ({
  name,
  unit: '',
  value: NaN,
  absent: reason,
});
