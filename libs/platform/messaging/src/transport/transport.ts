/** A message on its way: what an outbox row holds, what a queue carries, what an inbox stores. */
export interface TransportMessage {
  /** uuid v7 */
  readonly id: string;
  /** `orders.order-placed.v1` */
  readonly type: string;
  /** The publishing context: `orders`. With `key` it scopes the order. */
  readonly publisher: string;
  readonly key: string;
  /** The CloudEvents attributes as JSON text. */
  readonly attributes: string;
  /** The data as JSON text. */
  readonly data: string;
}

/** What became of one sent message. */
export type Delivery =
  /** Every subscriber durably holds it, but for those named in `behind`, which are away and must be caught up alone. */
  | { readonly outcome: 'held'; readonly behind?: readonly string[] }
  /** The transport saw it and will not take it (a negative acknowledgement); `reason` says why. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Nothing is known to hold it; it must be sent again. */
  | { readonly outcome: 'unsent'; readonly reason: string };

/** Stores a batch durably in one context's inbox, in the order given. Rejects when nothing of it was stored. */
export type Store = (messages: readonly TransportMessage[]) => Promise<void>;

/** A delivery that is no message of ours. */
export interface UnreadableMessage {
  /** Everything known of it but its body, as JSON text. */
  readonly properties: string;
  readonly body: Uint8Array;
}

/** Keeps, durably, what cannot be read. May see the same one again after a crash. Rejects when it was not stored. */
export type StoreUnreadable = (message: UnreadableMessage, reason: string) => Promise<void>;

/** Carries messages from outboxes to inboxes. Both implementations pass one conformance suite. */
export interface Transport {
  readonly name: 'in-process' | 'rabbitmq';

  /** Starts connecting, and reconnects by itself from then on. Resolves at once; a dependency that is away is no error. */
  open(): Promise<void>;

  /**
   * Sends to every subscriber of each message's type, per key in the order given: a message of a key is not handed on
   * before the one ahead of it is held. Resolves with one delivery per message, in the same order; never rejects.
   * Several calls may overlap as long as they share no key. `only` restricts to one subscriber (republishing, catching up);
   * subscribers in `behind` are passed over, and named in the deliveries, because they are being caught up.
   */
  send(
    messages: readonly TransportMessage[],
    only?: string,
    behind?: ReadonlySet<string>,
  ): Promise<Delivery[]>;

  /**
   * From now on hands everything addressed to `context` to `store`, retrying by itself while `store` rejects, and what
   * cannot be read to `storeUnreadable`. (Default: it is left to the transport's own dead letters)
   */
  receive(context: string, store: Store, storeUnreadable?: StoreUnreadable): Promise<Receiving>;

  /**
   * Resolves when sending can be tried: at once while all is well, later while connecting, blocked by an alarm,
   * or while a queue is missing. Rejects only after `close`.
   */
  whenReady(): Promise<void>;

  /** What keeps it from working, in words an operator understands, such as `queue banyan.inventory is missing`. Empty when all is well. */
  problems(): string[];

  /** Messages that wait on the way to each context, as of a few seconds ago. Absent where there is no way to wait on. */
  depths?(): ReadonlyMap<string, number>;

  /** Stops sending and receiving; what was received and not stored stays with the sender's side. */
  close(): Promise<void>;
}

/** A running consumer of one context. */
export interface Receiving {
  /** Stops taking; resolves when what was in hand is stored or given back in order. */
  stop(): Promise<void>;
}
