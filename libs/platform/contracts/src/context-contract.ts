import { EventContract, versionsOf } from './event';
import { assertContextName } from './names';
import type { RequestContract } from './request';

/** The published language of a context: its name, every event it publishes and every request it answers. */
export interface ContextContract {
  readonly name: string;
  readonly events: readonly EventContract[];
  readonly requests: readonly RequestContract[];
}

/**
 * Gathers the published language of a context. An event brings the versions before it along.
 * @throws TypeError when a message belongs to another context, is declared twice, or is a version of an event that the
 * next one does not name as its previous.
 */
export function contextContract(
  name: string,
  messages: { readonly events?: readonly EventContract[]; readonly requests?: readonly RequestContract[] },
): ContextContract {
  assertContextName(name);
  const { requests = [] } = messages;
  const events = [...new Set((messages.events ?? []).flatMap(versionsOf))];

  const seen = new Set<string>();
  for (const { type, context } of [...events, ...requests]) {
    if (context !== name)
      throw new TypeError(`${type} cannot be declared by ${name}: its name says ${context}`);
    if (seen.has(type)) throw new TypeError(`${type} is declared twice`);
    seen.add(type);
  }
  const newest = new Map<string, EventContract>();
  for (const event of events) {
    const other = newest.get(event.subject);
    if (!other || versionsOf(event).includes(other)) newest.set(event.subject, event);
    else if (!versionsOf(other).includes(event))
      throw new TypeError(
        `${event.type} and ${other.type} tell the same fact: the later must name the earlier in \`previous\`, so that both leave under one id`,
      );
  }
  return { name, events, requests };
}
