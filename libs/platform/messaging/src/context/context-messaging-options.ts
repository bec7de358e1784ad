import type { Database, Migration } from '@banyan/persistence';
import type { DispatcherOptions } from '../inbox/dispatcher-options';
import type { RelayOptions } from '../outbox/relay';
import type { Retention } from '../tables/janitor';
import type { Placement } from '../transport/placement';
import type { Transport } from '../transport/transport';

export interface ContextMessagingOptions {
  /** How the inbox is worked on. (Default: see there) */
  readonly dispatcher?: DispatcherOptions;
  /** How the outbox is emptied. (Default: see there) */
  readonly relay?: RelayOptions;
  /** How long the log and what deduplication knows are kept. (Default: 14 days) */
  readonly retention?: Retention;
  /** Told how many messages arrived, by type, that no subscription knows; from the 51st type on as `other`. (Default: nobody) */
  readonly onUnheard?: (type: string, count: number) => void;
  /** How often ownership is looked after. (Default: 5000; 500 while some of it is missing) */
  readonly tickMs?: number;
  /**
   * How long clients and other contexts are still served, in milliseconds, once a newer placement hosts the context. In the
   * last quarter nobody is to be led here any more; it must be longer than that takes. (Default: 120000)
   */
  readonly servesOnMs?: number;
  /** Runs the relay. Off in benchmarks only. (Default: true) */
  readonly relays?: boolean;
}

/** What the messaging of a context is made of. */
export interface ContextMessagingParts {
  readonly database: Database;
  readonly migrations: readonly Migration[];
  readonly transport: Transport;
  readonly placement: Placement;
  /** Brings the database and the broker up to date first; where processes only check, absent. */
  readonly prepare?: () => Promise<void>;
  /** Answers requests from afar, for as long as this process works on the context. Absent while all are near. */
  readonly serveRequests?: () => Promise<{ stop(): Promise<void> }> | undefined;
  /** Empties what the transport used before still holds for this context, before relaying in the present one begins. */
  readonly emptyFormerTransport?: (former: 'in-process' | 'rabbitmq') => Promise<void>;
}
