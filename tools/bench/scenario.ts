import type { Report } from './report';

/** What a scenario works with. */
export interface Bench {
  /** Rounds that count. */
  readonly rounds: number;
  /** How long a round takes about. */
  readonly roundMs: number;
  /** A fresh database on a server with fsync on, as its superuser; dropped when the scenario ends. */
  database(): Promise<string>;
  /** A broker's URL, and a prefix for names of this scenario's own. */
  broker(): Promise<{ readonly url: string; readonly prefix: string }>;
  /** A broker that nobody else uses, gone when the scenario ends. */
  privateBroker(): Promise<{ readonly url: string; readonly prefix: string }>;
  /** Another's library, from tools/bench/peers; undefined, and reported, where it could not be installed. */
  peer<Module = any>(name: string): Module | undefined;
  /** Called when the scenario ends, the latest first. */
  after(clean: () => unknown): void;
  /** Says what it is doing, to whoever waits. */
  say(text: string): void;
}

export interface Scenario {
  readonly title: string;
  run(bench: Bench): Promise<Report>;
}
