/**
 * Who reads whom while two versions of the code are alive. Events lie in outboxes, queues, inboxes and logs as well;
 * requests and replies cross between askers and answerers of yesterday and today, both ways round.
 */
export type Direction = 'event' | 'request' | 'reply';

/** One difference between two states of a message under one version. */
export interface Change {
  /** `lines[].price.amount`; empty for the whole message. */
  readonly path: string;
  /** A kind of `CHANGES`, and what exactly changed: `enum value added: "void"`. */
  readonly change: string;
  readonly breaking: boolean;
  readonly why: string;
}

type Reason = 'old is refused' | 'new is refused' | 'both are refused' | 'means another thing' | 'harmless';

/** Every kind of change that is told apart, and what it does. Whatever is none of these is `rule changed`, and breaks. */
export const CHANGES = {
  'optional field added': 'harmless',
  'required field added': 'old is refused',
  'field removed': 'new is refused',
  'optional field removed': 'means another thing',
  'optional became required': 'old is refused',
  'required became optional': 'new is refused',
  'required became optional with a default': 'harmless',
  'default added': 'harmless',
  'default changed': 'means another thing',
  'default removed': 'means another thing',
  'type changed': 'both are refused',
  'may be null': 'new is refused',
  'may no longer be null': 'old is refused',
  'enum value added': 'new is refused',
  'enum value removed': 'old is refused',
  'limited to certain values': 'old is refused',
  'no longer limited to certain values': 'new is refused',
  narrowed: 'old is refused',
  widened: 'new is refused',
  'rule changed': 'both are refused',
  'union member added': 'new is refused',
  'union member removed': 'old is refused',
  'unknown fields are refused': 'new is refused',
  'unknown fields are dropped': 'harmless',
  'field added where unknown ones are not dropped': 'new is refused',
  'tuple changed length': 'both are refused',
  'sensitive now': 'harmless',
  'no longer sensitive': 'means another thing',
  'description changed': 'harmless',
  'key changed': 'means another thing',
  'kind changed': 'both are refused',
  'error added': 'new is refused',
  'error removed': 'old is refused',
  'error changed kind': 'means another thing',
  'previous version changed': 'harmless',
} as const satisfies Record<string, Reason>;

export type Kind = keyof typeof CHANGES;

const REFUSALS: Readonly<Record<Direction, { readonly old: string; readonly new: string }>> = {
  event: {
    old: 'new code refuses messages at rest in outboxes, queues, inboxes and logs',
    new: 'readers that are not deployed yet refuse new messages',
  },
  request: {
    old: 'a new answerer refuses askers that are not deployed yet',
    new: 'an answerer that is not deployed yet refuses new askers',
  },
  reply: {
    old: 'a new asker refuses answerers that are not deployed yet',
    new: 'an asker that is not deployed yet refuses new answers',
  },
};

const MEANINGS: Partial<Record<Kind, string>> = {
  'optional field removed':
    'whoever uses it silently misses it, and its name could come back with another meaning',
  'default changed':
    'a message that leaves it out is read as one value by old code and as another by new code',
  'default removed': 'messages may leave it out now, and old code goes on reading the default into them',
  'no longer sensitive':
    'what was written as a secret would be shown in logs and views, messages at rest included',
  'key changed': 'messages of one thing would be ordered by two different keys',
  'error changed kind': 'callers act on the kind, and HTTP answers another status',
  'optional field added': 'old readers drop it, and new readers do without it',
  'required became optional with a default': 'every publisher still writes it',
  'default added': 'only readers that find nothing see it',
  'unknown fields are dropped': 'as every reader must',
  'sensitive now': 'only views and logs change',
  'description changed': 'no data changes',
  'previous version changed': 'the check of removed versions looks after it',
};

/** A change of `kind`, with the reason why it breaks or does not. */
export function changeOf(kind: Kind, path: string, direction: Direction, detail?: string): Change {
  const reason: Reason = CHANGES[kind];
  const refusals = REFUSALS[direction];
  const why =
    reason === 'old is refused'
      ? refusals.old
      : reason === 'new is refused'
        ? refusals.new
        : reason === 'both are refused'
          ? `${refusals.old}, and ${refusals.new}`
          : (MEANINGS[kind] as string);
  return { path, change: detail ? `${kind}: ${detail}` : kind, breaking: reason !== 'harmless', why };
}
