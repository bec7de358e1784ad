import type { ErrorKind, JsonSchema } from '@banyan/contracts';
import { Change, changeOf } from './change';
import { compareSchemas } from './compare-schemas';

/** What the lock keeps of an event. */
export interface LockedEvent {
  readonly kind: 'event';
  readonly key: string;
  /** The version before it, while that is published as well. */
  readonly previous?: string;
  readonly data: JsonSchema;
}

/** What the lock keeps of a request. */
export interface LockedRequest {
  readonly kind: 'request';
  readonly request: JsonSchema;
  readonly reply: JsonSchema;
  readonly errors: Readonly<Record<string, { readonly kind: ErrorKind; readonly details: JsonSchema }>>;
}

export type LockedMessage = LockedEvent | LockedRequest;

/** What changed between two states of one message under one version. */
export function compareMessages(before: LockedMessage, after: LockedMessage): Change[] {
  if (before.kind === 'event' && after.kind === 'event') return compareEvents(before, after);
  if (before.kind === 'request' && after.kind === 'request') return compareRequests(before, after);
  return [changeOf('kind changed', '', 'event', `${before.kind} to ${after.kind}`)];
}

function compareEvents(before: LockedEvent, after: LockedEvent): Change[] {
  const changes = compareSchemas(before.data, after.data, 'event');
  if (before.key !== after.key)
    changes.unshift(changeOf('key changed', '', 'event', `${before.key} to ${after.key}`));
  if (before.previous !== after.previous)
    changes.push(
      changeOf('previous version changed', '', 'event', `${before.previous} to ${after.previous}`),
    );
  return changes;
}

function compareRequests(before: LockedRequest, after: LockedRequest): Change[] {
  const under = (part: string, changes: Change[]) =>
    changes.map((change) => ({ ...change, path: change.path ? `${part}.${change.path}` : part }));
  const errors = Object.entries(before.errors).flatMap(([code, was]) => {
    const is = after.errors[code];
    if (!is) return [changeOf('error removed', '', 'reply', code)];
    const kind =
      was.kind === is.kind
        ? []
        : [changeOf('error changed kind', code, 'reply', `${was.kind} to ${is.kind}`)];
    return [...kind, ...under(code, compareSchemas(was.details, is.details, 'reply'))];
  });
  const added = Object.keys(after.errors).filter((code) => !(code in before.errors));
  return [
    ...under('request', compareSchemas(before.request, after.request, 'request')),
    ...under('reply', compareSchemas(before.reply, after.reply, 'reply')),
    ...errors,
    ...added.map((code) => changeOf('error added', '', 'reply', code)),
  ];
}
