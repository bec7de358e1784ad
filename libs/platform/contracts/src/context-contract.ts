import type { EventContract } from './event';
import type { RequestContract } from './request';

/** The published language of a context: its name, every event it publishes and every request it answers. */
export interface ContextContract {
  readonly name: string;
  readonly events: readonly EventContract[];
  readonly requests: readonly RequestContract[];
}

/**
 * Gathers the published language of a context.
 * @throws TypeError when a message belongs to another context or is declared twice.
 */
export function contextContract(
  name: string,
  messages: { readonly events?: readonly EventContract[]; readonly requests?: readonly RequestContract[] },
): ContextContract {
  const { events = [], requests = [] } = messages;
  const seen = new Set<string>();
  for (const { type, context } of [...events, ...requests]) {
    if (context !== name)
      throw new TypeError(`${type} cannot be declared by ${name}: its name says ${context}`);
    if (seen.has(type)) throw new TypeError(`${type} is declared twice`);
    seen.add(type);
  }
  return { name, events, requests };
}
