import { type EventContract, type MappedContext, type MessageMap, versionsOf } from '@banyan/contracts';
import { sorted } from '../text/json';
import type { DeclaredContext } from '../workspace/workspace';

/** The message map of the code as it is. */
export function mapOf(contexts: readonly DeclaredContext[]): MessageMap {
  const mapped = contexts.map((context) => [context.contract.name, mapContext(context)] as const);
  return { contexts: sorted(Object.fromEntries(mapped)) };
}

function mapContext({ contract, registered, uses }: DeclaredContext): MappedContext {
  const { subscriptions } = registered;
  const toEvents = subscriptions.filter(({ contract }) => contract.kind === 'event');
  const toTimers = subscriptions.filter(({ contract }) => contract.kind === 'timer');
  const read = toEvents.map(({ identity, contract }) => [
    identity,
    versionsOf(contract as EventContract).map(({ type }) => type),
  ]);
  const timers = toTimers.map(({ identity, contract }) => [identity, [contract.type]]);
  return {
    publishes: contract.events.map(({ type }) => type).sort(),
    subscribes: Object.fromEntries(read) as Record<string, string[]>,
    ...(timers.length > 0 && { timers: Object.fromEntries(timers) as Record<string, string[]> }),
    answers: [...new Set(registered.answers.map(({ type }) => type))].sort(),
    asks: Object.keys(uses.asks).sort(),
  };
}

/** Who reads a version of an event as the newest that it knows: `inventory/reserve-stock`. */
export function readersOf(map: MessageMap, type: string): string[] {
  return Object.entries(map.contexts)
    .flatMap(([context, { subscribes }]) =>
      Object.entries(subscribes)
        .filter(([, types]) => types.at(-1) === type)
        .map(([identity]) => `${context}/${identity}`),
    )
    .sort();
}

/** The contexts that ask a request. */
export function askersOf(map: MessageMap, type: string): string[] {
  return Object.entries(map.contexts)
    .filter(([, { asks }]) => asks.includes(type))
    .map(([context]) => context)
    .sort();
}
