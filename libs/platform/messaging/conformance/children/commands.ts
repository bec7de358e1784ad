import type { ContextMessagingOptions } from '@banyan/messaging';
import type { Workload } from './story';

/** Which failpoint a process dies at, and at which of its hits. */
export interface Armed {
  readonly point: string;
  at: number;
  /** How much longer it lives, while whatever passed the point waits. (Default: 0) */
  readonly afterMs?: number;
}

export type MemberTransport =
  | { readonly kind: 'in-process' }
  | { readonly kind: 'rabbitmq'; readonly url: string; readonly prefix: string; readonly options?: object };

/** How a child begins. */
export interface MemberSettings {
  readonly ground: { readonly env: Readonly<Record<string, string>> };
  readonly here: readonly string[];
  readonly transport: MemberTransport;
  /** Where messages may still wait that were sent before all came back into one process. */
  readonly former?: MemberTransport;
  readonly revision?: number;
  readonly deployable?: string;
  readonly options?: ContextMessagingOptions;
  /** How long inventory takes over each message, so that its inbox fills up. (Default: 0) */
  readonly reservingMs?: number;
  readonly seed: number;
  /** Makes it see failpoints; without, statements travel together as in production. */
  readonly watched?: boolean;
  /** Guards that are switched off. (Default: none) */
  readonly guardsRemoved?: readonly string[];
  /** Counts orders from the start. */
  readonly count?: Workload;
  armed?: Armed;
  /** Logs all it has to say. */
  readonly talks?: boolean;
}

/** What a child is told. */
export type Command =
  | { readonly do: 'arm'; readonly armed: Armed | undefined }
  | ({ readonly do: 'count' } & Workload)
  | { readonly do: 'rest' }
  /** Publishes what kills whoever handles it. */
  | { readonly do: 'pour' }
  /** Sends all that a context has published once more to another. */
  | { readonly do: 'republish'; readonly from: string; readonly to: string }
  | { readonly do: 'stop' };

/** What a child tells. */
export type Report =
  | { readonly is: 'ready' }
  | { readonly is: 'armed' }
  | { readonly is: 'at'; readonly hits: Record<string, number>; readonly problems: string[] }
  | { readonly is: 'resting' }
  | { readonly is: 'republished'; readonly count: number }
  | { readonly is: 'stopped'; readonly afterMs: number; readonly hits: Record<string, number> }
  | { readonly is: 'broken'; readonly reason: string };
