import { dereference, JsonSchema } from '@banyan/contracts';
import { canonical, sameJson } from '../text/json';
import { Change, changeOf, Direction, Kind } from './change';

/**
 * What changed between two states of one schema, and what of it breaks somebody while both are alive.
 * Sound by default: a keyword that is not understood breaks when it changes.
 */
export function compareSchemas(before: JsonSchema, after: JsonSchema, direction: Direction): Change[] {
  const changes: Change[] = [];
  const say = (kind: Kind, path: string, detail?: string) =>
    changes.push(changeOf(kind, path, direction, detail));
  const compared = new Set<string>();

  const compare = (was: JsonSchema, is: JsonSchema, path: string): void => {
    if (was['$ref'] && is['$ref']) {
      const pair = `${canonical(was)} ${canonical(is)}`;
      if (compared.has(pair)) return;
      compared.add(pair);
    }
    const [old, now] = [dereference(was, before), dereference(is, after)];
    compareMarks(old, now, path);
    compareMembers(distinct(members(old, before)), distinct(members(now, after)), path);
  };

  const compareSecrecy = (was: JsonSchema, is: JsonSchema, path: string): void => {
    if (was[SENSITIVE] && !is[SENSITIVE]) say('no longer sensitive', path);
    if (!was[SENSITIVE] && is[SENSITIVE]) say('sensitive now', path);
  };

  const compareMarks = (was: JsonSchema, is: JsonSchema, path: string): void => {
    if (was['description'] !== is['description']) say('description changed', path);
    if (!('default' in was) && 'default' in is) say('default added', path, show(is['default']));
    else if ('default' in was && !('default' in is)) say('default removed', path, show(was['default']));
    else if (!sameJson(was['default'], is['default']))
      say('default changed', path, `${show(was['default'])} to ${show(is['default'])}`);
  };

  const compareMembers = (was: readonly JsonSchema[], is: readonly JsonSchema[], path: string): void => {
    const { pairs, gone, added } = match(was, is);
    for (const [old, now] of pairs) compareMember(old, now, was.length > 1 ? memberPath(path, old) : path);
    for (const member of gone)
      if (member['type'] === 'null') say('may no longer be null', path);
      else say('union member removed', path, summary(member));
    for (const member of added)
      if (member['type'] === 'null') say('may be null', path);
      else say('union member added', path, summary(member));
  };

  const compareMember = (was: JsonSchema, is: JsonSchema, path: string): void => {
    compareSecrecy(was, is, path);
    if (!sameJson(was['type'], is['type']))
      return void say('type changed', path, `${summary(was)} to ${summary(is)}`);
    compareValues(was, is, path);
    compareBounds(was, is, path);
    comparePatterns(was, is, path);
    compareObjects(was, is, path);
    compareArrays(was, is, path);
    for (const keyword of new Set([...Object.keys(was), ...Object.keys(is)]))
      if (!UNDERSTOOD.has(keyword) && !sameJson(was[keyword], is[keyword]))
        say('rule changed', path, `${keyword} ${show(was[keyword])} to ${show(is[keyword])}`);
  };

  const compareValues = (was: JsonSchema, is: JsonSchema, path: string): void => {
    const [old, now] = [valuesOf(was), valuesOf(is)];
    if (!old && now) say('limited to certain values', path, now.join(', '));
    if (old && !now) say('no longer limited to certain values', path);
    if (!old || !now) return;
    for (const value of now) if (!old.includes(value)) say('enum value added', path, value);
    for (const value of old) if (!now.includes(value)) say('enum value removed', path, value);
  };

  const compareBounds = (was: JsonSchema, is: JsonSchema, path: string): void => {
    for (const [bound, direction] of BOUNDS) {
      const [old, now] = [boundOf(was, bound), boundOf(is, bound)];
      if (old === now) continue;
      const tighter =
        old === undefined || (now !== undefined && (direction === 'lower' ? now > old : now < old));
      say(tighter ? 'narrowed' : 'widened', path, `${bound} ${show(old)} to ${show(now)}`);
    }
    const [old, now] = [was['multipleOf'], is['multipleOf']] as (number | undefined)[];
    if (old === now) return;
    const kind = old === undefined ? 'narrowed' : now === undefined ? 'widened' : 'rule changed';
    say(kind, path, `multipleOf ${show(old)} to ${show(now)}`);
  };

  const comparePatterns = (was: JsonSchema, is: JsonSchema, path: string): void => {
    const [format, nowFormat] = [was['format'], is['format']];
    if (format !== nowFormat) {
      const kind = !format ? 'narrowed' : !nowFormat ? 'widened' : 'rule changed';
      return void say(kind, path, `format ${show(format)} to ${show(nowFormat)}`);
    }
    const [old, now] = [patternsOf(was), patternsOf(is)];
    const gone = old.filter((pattern) => !now.includes(pattern));
    const added = now.filter((pattern) => !old.includes(pattern));
    if (gone.length && added.length)
      say('rule changed', path, `pattern ${gone.join(' ')} to ${added.join(' ')}`);
    else if (added.length) say('narrowed', path, `pattern ${added.join(' ')}`);
    else if (gone.length) say('widened', path, `pattern ${gone.join(' ')} is gone`);
  };

  const compareObjects = (was: JsonSchema, is: JsonSchema, path: string): void => {
    const [old, now] = [fieldsOf(was), fieldsOf(is)];
    const [rest, nowRest] = [restOf(was), restOf(is)];
    for (const [name, field] of old) {
      const to = now.get(name);
      const at = path ? `${path}.${name}` : name;
      if (!to) {
        say(field.required ? 'field removed' : 'optional field removed', at);
        continue;
      }
      if (field.required && !to.required) {
        const filled = 'default' in dereference(to.schema, after);
        say(filled ? 'required became optional with a default' : 'required became optional', at);
      }
      if (!field.required && to.required) say('optional became required', at);
      compare(field.schema, to.schema, at);
    }
    for (const [name, field] of now) {
      if (old.has(name)) continue;
      const at = path ? `${path}.${name}` : name;
      if (field.required) say('required field added', at);
      else
        say(
          rest === 'dropped' ? 'optional field added' : 'field added where unknown ones are not dropped',
          at,
        );
    }
    if (rest === nowRest) return;
    if (typeof rest === 'object' && typeof nowRest === 'object')
      return compare(rest, nowRest, path ? `${path}.*` : '*');
    if (nowRest === 'refused') say('unknown fields are refused', path);
    else if (rest === 'refused' && nowRest === 'dropped') say('unknown fields are dropped', path);
    else say('rule changed', path, `unknown fields ${show(rest)} to ${show(nowRest)}`);
  };

  const compareArrays = (was: JsonSchema, is: JsonSchema, path: string): void => {
    const [old, now] = [was['prefixItems'], is['prefixItems']] as (JsonSchema[] | undefined)[];
    if (old?.length !== now?.length) return void say('tuple changed length', path);
    old?.forEach((item, at) => compare(item, now?.[at] as JsonSchema, `${path}[${at}]`));
    const [items, nowItems] = [was['items'], is['items']];
    if (isSchema(items) && isSchema(nowItems)) compare(items, nowItems, `${path}[]`);
    else if (!sameJson(items, nowItems))
      say('rule changed', `${path}[]`, `${show(items)} to ${show(nowItems)}`);
    const [names, nowNames] = [was['propertyNames'], is['propertyNames']];
    if (isSchema(names) && isSchema(nowNames)) compare(names, nowNames, `${path}.(key)`);
    else if (!sameJson(names, nowNames))
      say('rule changed', `${path}.(key)`, `${show(names)} to ${show(nowNames)}`);
  };

  compare(before, after, '');
  return changes;
}

const SENSITIVE = 'x-sensitive';

/** Lower and upper bounds, as `boundOf` reads them. */
const BOUNDS = [
  ['minimum', 'lower'],
  ['maximum', 'upper'],
  ['exclusiveMinimum', 'lower'],
  ['exclusiveMaximum', 'upper'],
  ['minLength', 'lower'],
  ['maxLength', 'upper'],
  ['minItems', 'lower'],
  ['maxItems', 'upper'],
  ['minProperties', 'lower'],
  ['maxProperties', 'upper'],
] as const;

/** Keywords that are compared by name, or that say nothing about the data. */
const UNDERSTOOD = new Set([
  ...BOUNDS.map(([keyword]) => keyword as string),
  ...['type', 'enum', 'const', 'multipleOf', 'format', 'pattern', 'allOf', 'anyOf', 'oneOf', '$ref', '$defs'],
  ...['properties', 'required', 'additionalProperties', 'propertyNames', 'items', 'prefixItems'],
  ...[
    SENSITIVE,
    'default',
    'description',
    'title',
    'examples',
    'example',
    'deprecated',
    'readOnly',
    'id',
    '$id',
    '$comment',
  ],
]);

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

const show = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

/** The members of a union, flat, each as secret as the whole; a schema that is none is its own only member. */
function members(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const union = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  const secret = schema[SENSITIVE] ? { [SENSITIVE]: true } : {};
  if (union) return union.flatMap((member) => members({ ...dereference(member, root), ...secret }, root));
  const { type, ...rest } = schema;
  if (!Array.isArray(type)) return [schema];
  return type.map((one) => (one === 'null' ? { type: one } : { ...rest, type: one }));
}

const distinct = (members: readonly JsonSchema[]): JsonSchema[] => [
  ...new Map(members.map((member) => [canonical(member), member])).values(),
];

interface Matching {
  readonly pairs: readonly (readonly [JsonSchema, JsonSchema])[];
  readonly gone: readonly JsonSchema[];
  readonly added: readonly JsonSchema[];
}

/** Pairs members that are equal, then those told apart by the same constants, then the only ones of a type, then the only ones left. */
function match(was: readonly JsonSchema[], is: readonly JsonSchema[]): Matching {
  const pairs: (readonly [JsonSchema, JsonSchema])[] = [];
  let [gone, added] = [[...was], [...is]];
  for (const mark of [canonical, constants, (member: JsonSchema) => String(member['type'])])
    for (const old of [...gone]) {
      const alike = (member: JsonSchema) => mark(member) !== '' && mark(member) === mark(old);
      const now = added.filter(alike);
      if (now.length !== 1 || gone.filter(alike).length !== 1) continue;
      pairs.push([old, now[0] as JsonSchema]);
      gone = gone.filter((member) => member !== old);
      added = added.filter((member) => member !== now[0]);
    }
  if (was.length === 1 && is.length === 1 && gone[0] && added[0])
    return { pairs: [[gone[0], added[0]]], gone: [], added: [] };
  return { pairs, gone, added };
}

/** `type="card"`: the fields of an object that can have one value only, which tell the members of a union apart. */
function constants(member: JsonSchema): string {
  return Object.entries((member['properties'] ?? {}) as Record<string, JsonSchema>)
    .filter(([, field]) => 'const' in field)
    .map(([name, field]) => `${name}=${JSON.stringify(field['const'])}`)
    .sort()
    .join(', ');
}

const summary = (member: JsonSchema): string =>
  constants(member) || valuesOf(member)?.join(', ') || String(member['type'] ?? 'anything');

const memberPath = (path: string, member: JsonSchema): string =>
  constants(member) ? `${path}(${constants(member)})` : path;

/** The values allowed, as JSON; undefined when any will do. */
function valuesOf(schema: JsonSchema): string[] | undefined {
  const values = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined);
  return values?.map((value) => JSON.stringify(value));
}

/** A bound; for integers, where `> 0` is `>= 1`, always the inclusive one. */
function boundOf(schema: JsonSchema, bound: (typeof BOUNDS)[number][0]): number | undefined {
  const value = schema[bound] as number | undefined;
  if (schema['type'] !== 'integer') return value;
  const above = schema['exclusiveMinimum'] as number | undefined;
  const below = schema['exclusiveMaximum'] as number | undefined;
  switch (bound) {
    case 'minimum':
      return above === undefined ? value : Math.max(value ?? -Infinity, Math.floor(above) + 1);
    case 'maximum':
      return below === undefined ? value : Math.min(value ?? Infinity, Math.ceil(below) - 1);
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return undefined;
    default:
      return value;
  }
}

/** Every pattern that a string must match; whatever else `allOf` holds counts as one. */
function patternsOf(schema: JsonSchema): string[] {
  const all = ((schema['allOf'] ?? []) as JsonSchema[]).map(
    (one) => (one['pattern'] as string) ?? canonical(one),
  );
  return [...(schema['pattern'] === undefined ? [] : [schema['pattern'] as string]), ...all].sort();
}

/** The fields that an object names, and those that a record demands. */
function fieldsOf(
  schema: JsonSchema,
): Map<string, { readonly schema: JsonSchema; readonly required: boolean }> {
  const required = (schema['required'] ?? []) as string[];
  const named = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const ofRecord = (schema['propertyNames'] as JsonSchema | undefined)?.['enum'] as string[] | undefined;
  const names = new Set([...Object.keys(named), ...(ofRecord ?? []), ...required]);
  return new Map(
    [...names].map((name) => [name, { schema: named[name] ?? {}, required: required.includes(name) }]),
  );
}

/** What becomes of fields the schema does not name: dropped or refused, or the schema that they must fit. */
function restOf(schema: JsonSchema): 'dropped' | 'refused' | JsonSchema {
  const rest = schema['additionalProperties'];
  if (rest === false) return 'refused';
  return isSchema(rest) && Object.keys(rest).length > 0 ? rest : 'dropped';
}
