import type { TestBroker, TestDatabase } from '@banyan/testing';
import type { DeployableSettings, Running } from './deployable';
import type { Placement } from './placements';
import type { Step } from './stage';
import type { Hearing } from './visitor';

/** Listens to what customers and staff ask and are answered. */
export interface Witness {
  /** The step of a journey that is taken next. */
  enter?(step: Step): void;
  /** For somebody who signed in, or for nobody in particular. */
  hearing(who: string, identity?: Identity): Hearing;
}

export interface Identity {
  readonly email: string;
  readonly staff: boolean;
}

export interface ShopOptions {
  /** (Default: nobody listens) */
  readonly witness?: Witness;
  /** (Default: the monolith alone) */
  readonly placement?: Placement;
  /** Each context has a database of its own. (Default: they share one) */
  readonly databases?: 'apart';
  /** Begins as a copy of a shop that was prepared, seeded and stopped. (Default: empty, and seeded) */
  readonly like?: TestDatabase;
  /** Further variables of each process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that the shop's processes load before their own. (Default: none) */
  readonly preload?: readonly string[];
  /** Starts a deployable, and does not wait for it. (Default: as a process of its own) */
  readonly host?: (name: string, settings: DeployableSettings) => Running;
  /** (Default: a corner of the run's broker, where messages travel over one) */
  readonly broker?: TestBroker;
  /** The address by which processes reach a server: `broker`, `payment-provider`, or a context's database. (Default: its own) */
  readonly reach?: (server: string, url: string) => Promise<string>;
  /** Where a process of a deployable listens, whom others look for at `address`. (Default: there) */
  readonly seat?: (deployable: string, address: string) => Promise<string>;
  /** What an administrator runs on the database before anything starts. (Default: nothing) */
  readonly sql?: string;
  /** Deployables of the placement that are not started: their databases and queues are there, and wait for them. (Default: none) */
  readonly absent?: readonly string[];
}

/** How a process ended that was asked to. */
export interface Ended {
  readonly name: string;
  readonly code: number | null;
  /** Whether anything that it started still runs. */
  readonly left: boolean;
  /** Lines of its log that say that something is wrong with the program. */
  readonly faults: readonly string[];
}

/** How one process differs from the others of the shop. */
export interface Variant {
  /** Modules that it loads before those of the shop. (Default: none) */
  readonly preload?: readonly string[];
  /** Further variables of its environment. (Default: none) */
  readonly env?: Readonly<Record<string, string>>;
}
