import type { EventContract, PreviousVersion, TimerContract } from '@banyan/contracts';
import type { Message } from '../seam/message';
import type { Subscription } from '../seam/policy';

/** A subscription with the code that reacts. */
export interface SubscriptionHandler extends Subscription {
  prepare?(data: unknown, message: Message): Promise<unknown>;
  handle(data: unknown, message: Message): Promise<void>;
}

/** How one event type is read for a subscription: parsed, and lifted to the version that the policy expects. */
export interface Reading {
  readonly handler: SubscriptionHandler;
  readonly read: (data: unknown) => unknown;
}

/** `type subscription`: names what a process can handle. */
export const readingKey = (type: string, identity: string): string => `${type} ${identity}`;

/**
 * All that `handlers` can read: for each subscription the type it names, and every earlier version of that fact, lifted.
 * @throws TypeError when two subscriptions of a context share a durable name.
 */
export function readings(handlers: readonly SubscriptionHandler[]): Map<string, Reading> {
  const all = new Map<string, Reading>();
  const identities = new Set<string>();
  for (const handler of handlers) {
    if (identities.has(handler.identity))
      throw new TypeError(
        `Two subscriptions are called ${handler.identity}; deduplication would take one for the other`,
      );
    identities.add(handler.identity);
    let read = (data: unknown): unknown => handler.contract.parse(data);
    let contract: EventContract | TimerContract | undefined = handler.contract;
    while (contract) {
      all.set(readingKey(contract.type, handler.identity), { handler, read });
      const previous: PreviousVersion | undefined = contract.kind === 'event' ? contract.previous : undefined;
      if (previous) {
        const lift = read;
        read = (data) => lift(previous.fromPrevious(previous.contract.parse(data)));
      }
      contract = previous?.contract;
    }
  }
  return all;
}
