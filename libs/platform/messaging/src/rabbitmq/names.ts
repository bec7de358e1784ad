/** The names of everything Banyan has on a broker. They start with a prefix, so that several systems can share one. */
export interface RabbitNames {
  /** `banyan.events`: the topic exchange every event goes through; the routing key is its type. */
  readonly exchange: string;
  /** `banyan.dead`: exchange and queue of what the broker itself gave up. */
  readonly dead: string;
  /** `banyan.orders`: what waits for a context. */
  queueOf(context: string): string;
  /** `banyan.requests.orders`: there while an instance of the context answers. */
  requestsOf(context: string): string;
}

/** What names on the broker begin with, where nothing else is said. */
export const DEFAULT_PREFIX = 'banyan';

/** Words after the prefix that are taken, so that no context can have them as its name. */
const TAKEN = ['dead', 'events', 'requests'];

/** @throws TypeError, from `queueOf` and `requestsOf`, when a context has a name that is taken. */
export function rabbitNames(prefix = DEFAULT_PREFIX): RabbitNames {
  const nameOf = (context: string, before: string): string => {
    if (TAKEN.includes(context))
      throw new TypeError(`No context can be called ${context}: the name is taken on the broker`);
    return `${before}.${context}`;
  };
  return {
    exchange: `${prefix}.events`,
    dead: `${prefix}.dead`,
    queueOf: (context) => nameOf(context, prefix),
    requestsOf: (context) => nameOf(context, `${prefix}.requests`),
  };
}
