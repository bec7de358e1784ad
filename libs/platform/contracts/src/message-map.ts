/** One context's part of the message map. */
export interface MappedContext {
  /** Event types it publishes, sorted. */
  readonly publishes: readonly string[];
  /** Its subscriptions by identity (their first name), each with the event types that it reads, oldest version first. */
  readonly subscribes: Readonly<Record<string, readonly string[]>>;
  /** Its subscriptions to its own timers, by identity; their names are locked as well. (Default: none) */
  readonly timers?: Readonly<Record<string, readonly string[]>>;
  /** Request types it answers, sorted. */
  readonly answers: readonly string[];
  /** Request types it asks of others, sorted. */
  readonly asks: readonly string[];
}

/** Who publishes, who subscribes under which name, who asks whom. Generated from the code into `message-map.json`. */
export interface MessageMap {
  readonly contexts: Readonly<Record<string, MappedContext>>;
}

/** The contexts that subscribe to an event type, sorted. */
export function subscribersOf(map: MessageMap, type: string): string[] {
  return Object.entries(map.contexts)
    .filter(([, { subscribes }]) => Object.values(subscribes).some((types) => types.includes(type)))
    .map(([name]) => name)
    .sort();
}
