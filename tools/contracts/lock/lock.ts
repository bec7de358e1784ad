import type { ContextContract, EventContract, RequestContract } from '@banyan/contracts';
import type { LockedMessage } from '../compatibility/compare-messages';
import { sorted } from '../text/json';

/** The published language of a context as it was last agreed: the content of its `contract.lock.json`. */
export interface ContractLock {
  readonly context: string;
  readonly messages: Readonly<Record<string, LockedMessage>>;
}

/** The lock that fits a contract as it is now. Equal for equal contracts, whatever the order of their declarations. */
export function lockOf({ name, events, requests }: ContextContract): ContractLock {
  const locked = [...events.map(lockEvent), ...requests.map(lockRequest)];
  return { context: name, messages: sorted(Object.fromEntries(locked)) };
}

export const lockEvent = ({ type, key, previous, jsonSchema }: EventContract): [string, LockedMessage] => [
  type,
  { kind: 'event', key, previous: previous?.contract.type, data: jsonSchema },
];

export const lockRequest = (contract: RequestContract): [string, LockedMessage] => [
  contract.type,
  {
    kind: 'request',
    request: contract.requestJsonSchema,
    reply: contract.replyJsonSchema,
    errors: Object.fromEntries(
      contract.errors.map(({ code, kind, jsonSchema }) => [code, { kind, details: jsonSchema }]),
    ),
  },
];
