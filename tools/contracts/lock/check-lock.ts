import type { ContextContract, MessageMap } from '@banyan/contracts';
import { compareMessages } from '../compatibility/compare-messages';
import { askersOf, readersOf } from '../map/message-map';
import { Allowed, GENERATE, Problem, refused, worthKnowing } from '../problems/problem';
import { ContractLock, lockOf } from './lock';

/**
 * What the lock forbids the contract to do: to change a message under its version, or to drop one that is read or asked.
 * `map` is the message map as last agreed.
 */
export function checkLock(
  contract: ContextContract,
  lock: ContractLock | undefined,
  map: MessageMap,
  allowed: Allowed,
): Problem[] {
  const now = lockOf(contract).messages;
  return Object.entries(lock?.messages ?? {}).flatMap(([type, locked]) => {
    if (allowed.breaking.includes(type)) return [];
    const message = now[type];
    if (!message)
      return checkRemoved(type, locked.kind === 'event' ? readersOf(map, type) : askersOf(map, type));
    const breaking = compareMessages(locked, message).filter(({ breaking }) => breaking);
    if (breaking.length === 0) return [];
    const list = breaking.map(({ path, change, why }) => `\n    ${path || '(message)'}: ${change}; ${why}`);
    return [
      refused(
        `${type} changed in a way that breaks somebody:${list.join('')}\n  ${remedy(type, locked.kind)}`,
      ),
    ];
  });
}

function checkRemoved(type: string, users: readonly string[]): Problem[] {
  if (users.length === 0) return [];
  const still = `${users.join(', ')} still ${users.length === 1 ? 'needs' : 'need'} it`;
  return [
    refused(
      `${type} is gone from its contract, but ${still}. Restore it until they have moved on and \`message-map.json\` says so.`,
    ),
  ];
}

function remedy(type: string, kind: 'event' | 'request'): string {
  const [, subject, version] = /^(.*)\.v(\d+)$/.exec(type) as unknown as [string, string, string];
  const next = `${subject}.v${Number(version) + 1}`;
  const how =
    kind === 'event'
      ? `declare ${next} beside it, naming it in \`previous\`, so that both are published under one id until nobody reads ${type}`
      : `declare ${next} beside it, and answer both until nobody asks ${type}`;
  return `Leave it as it was and ${how}. Within a version only optional fields may be added. (If it never left your machine: ${GENERATE} --allow-breaking ${type})`;
}

/** Versions that stand beside a later one and are needed by nobody any more. */
export function unneededVersions(contract: ContextContract, map: MessageMap): Problem[] {
  const messages = [...contract.events, ...contract.requests];
  return messages.flatMap(({ type, subject, version, kind }) => {
    const superseded = messages.some((other) => other.subject === subject && other.version > version);
    const users = kind === 'event' ? readersOf(map, type) : askersOf(map, type);
    if (!superseded || users.length > 0) return [];
    const unused = kind === 'event' ? 'read' : 'asked';
    return [
      worthKnowing(
        `${type} is ${unused} by nobody any more. Once every deployable runs this code it can be removed.`,
      ),
    ];
  });
}
