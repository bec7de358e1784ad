import type { Tree } from '@nx/devkit';
import { contextsIn } from './refused-names';
import { Source } from './source';

type Schema = Readonly<Record<string, any>>;

/** An event that a context publishes, as its contract declares it. */
export interface KnownEvent {
  readonly context: string;
  /** `orders.order-completed.v1` */
  readonly type: string;
  /** `order-completed` */
  readonly fact: string;
  /** What the contract exports: `OrderCompleted`. */
  readonly exported: string;
  readonly key: string;
  readonly keyKind: KeyKind;
  readonly schema: Schema;
}

/** What an ordering key holds. */
export type KeyKind = 'Uuid' | 'Sku' | 'string';

/** Every event of the workspace, each in its newest version, as its context's lock and contract say. */
export function knownEvents(tree: Tree): KnownEvent[] {
  return contextsIn(tree).flatMap((context) => {
    const lock = JSON.parse(
      tree.read(`libs/${context}/contract/contract.lock.json`, 'utf8') ?? '{"messages":{}}',
    ) as {
      messages: Record<string, { kind: string; key: string; data: Schema }>;
    };
    const exports = exportsOf(new Source(tree, `libs/${context}/contract/src/index.ts`));
    const events = Object.entries(lock.messages).flatMap(([type, { kind, key, data }]): KnownEvent[] => {
      const exported = exports.get(type);
      if (kind !== 'event' || !exported) return [];
      const fact = type.slice(context.length + 1, type.lastIndexOf('.v'));
      return [
        {
          context,
          type,
          fact,
          exported,
          key,
          keyKind: keyKindOf(data['properties'][key], data),
          schema: data,
        },
      ];
    });
    const newest = new Map<string, KnownEvent>();
    for (const event of events) {
      const other = newest.get(event.fact);
      if (!other || versionOf(event) > versionOf(other)) newest.set(event.fact, event);
    }
    return [...newest.values()];
  });
}

/** The event called `orders.order-completed`, with a version or without. @throws Error naming those there are. */
export function knownEvent(tree: Tree, name: string): KnownEvent {
  const events = knownEvents(tree);
  const found = events.find(({ context, fact, type }) => name === `${context}.${fact}` || name === type);
  if (found) return found;
  const names = events.map(({ context, fact }) => `${context}.${fact}`).join(', ');
  throw new Error(`No context publishes ${name}; there are ${names}.`);
}

/** An expression that makes data of this schema; `key` is given by the shorthand of its own name. */
export function exampleOf({ schema, key }: KnownEvent): string {
  const example = (each: Schema): string => {
    const of = dereference(each, schema);
    if ('const' in of) return JSON.stringify(of['const']);
    if (of['enum']) return JSON.stringify(of['enum'][0]);
    const [choice] = (of['anyOf'] ?? of['oneOf'] ?? []) as Schema[];
    if (choice) return example(choice);
    if (of['type'] === 'object') {
      const required = (of['required'] ?? []) as string[];
      return `{ ${required.map((name) => (of === schema && name === key ? key : `${name}: ${example(of['properties'][name])}`)).join(', ')} }`;
    }
    if (of['type'] === 'array')
      return `[${Array.from({ length: of['minItems'] ?? 0 }, () => example(of['items'])).join(', ')}]`;
    if (of['type'] === 'integer' || of['type'] === 'number') return String(Math.max(1, of['minimum'] ?? 1));
    if (of['type'] === 'boolean') return 'false';
    if (of['format'] === 'uuid') return 'uuidv7()';
    if (of['format'] === 'date-time') return `'2026-03-02T12:00:00.000Z'`;
    if (of['format'] === 'email') return `'ann@example.org'`;
    if (of['pattern'] === CURRENCY) return `'EUR'`;
    return `'${'MUG'.padEnd(of['minLength'] ?? 0, 'G')}'`;
  };
  return example(schema);
}

function exportsOf(contract: Source): Map<string, string> {
  const declared = contract
    .calls('event')
    .map((call): [string, string] => [
      (call.arguments[0] as unknown as { text: string }).text,
      (call.parent as unknown as { name?: { text: string } }).name?.text ?? '',
    ]);
  return new Map(declared.filter(([, name]) => name));
}

function keyKindOf(field: Schema, schema: Schema): KeyKind {
  const { format, pattern } = dereference(field, schema);
  if (format === 'uuid') return 'Uuid';
  return pattern === SKU ? 'Sku' : 'string';
}

function dereference(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'] as string | undefined;
  if (!reference) return schema;
  const found = reference
    .slice(2)
    .split('/')
    .reduce<Schema>((at, part) => at[part] as Schema, root);
  return dereference(found, root);
}

const versionOf = ({ type }: KnownEvent): number => Number(/\.v(\d+)$/.exec(type)?.[1]);

const SKU = '^[A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])?$';
const CURRENCY = '^[A-Z]{3}$';
