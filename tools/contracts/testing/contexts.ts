import type { ContextContract, EventContract, RequestContract, TimerContract } from '@banyan/contracts';
import { contextContract } from '@banyan/contracts';
import type { DeclaredContext } from '../workspace/workspace';

interface Parts {
  readonly events?: EventContract[];
  readonly requests?: RequestContract[];
  readonly subscribes?: Record<string, EventContract | TimerContract>;
  readonly answers?: RequestContract[];
  readonly asks?: RequestContract[];
  readonly makes?: EventContract[];
  readonly unclear?: string[];
}

/** A context as the code might declare it; it makes and answers all it declares, unless told otherwise. */
export function aContext(name: string, parts: Parts = {}): DeclaredContext {
  const contract: ContextContract = contextContract(name, parts);
  const {
    subscribes = {},
    answers = contract.requests,
    makes = contract.events,
    asks = [],
    unclear = [],
  } = parts;
  return {
    folder: `libs/${name}`,
    contract,
    registered: {
      subscriptions: Object.entries(subscribes).map(([identity, read]) => ({
        name: identity,
        identity,
        group: 'policies',
        contract: read,
      })),
      answers,
    },
    uses: {
      asks: Object.fromEntries(asks.map(({ type }) => [type, [`libs/${name}/core/src/asks.ts:1`]])),
      makes: makes.map(({ type }) => type),
      unclear,
    },
  };
}
