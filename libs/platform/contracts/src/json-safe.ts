import type { z } from 'zod';

/** Zod's description of a schema or check, as far as it is read here. */
type Definition = { readonly type: string; readonly [part: string]: unknown };

const definitionOf = (schema: unknown) => (schema as { _zod: { def: Definition } })._zod.def;

const instants = 'write an ISO instant: z.iso.datetime()';
const hiddenRule = 'other readers and the compatibility check cannot see it; let the domain decide';
const changedOnTheWay = 'data must read back as it was written; convert in the core';
const unseen = 'it says nothing about the data; describe it, or use z.json()';

/** What to do instead of the kinds of schema that do not survive JSON, or that JSON Schema cannot tell other readers. */
const INSTEAD: Readonly<Record<string, string>> = {
  any: unseen,
  unknown: unseen,
  bigint: 'write a z.int(), or a string of digits',
  catch: 'it would hide what does not fit; let the reader refuse it',
  custom: 'write a z.object() of its data, not an instance of a class',
  date: instants,
  intersection: 'write one z.object() with .extend()',
  map: 'write a z.record() or an array of entries',
  nan: 'leave the field out, or write null',
  pipe: changedOnTheWay,
  set: 'write a z.array()',
  transform: changedOnTheWay,
  undefined: 'make the field .optional(), or write null',
  void: 'make the field .optional(), or write null',
};

const TAKEN = new Set([
  ...['string', 'number', 'boolean', 'null', 'enum', 'literal', 'template_literal'],
  ...['object', 'record', 'array', 'tuple', 'union', 'nullable', 'optional', 'nonoptional'],
  ...['default', 'prefault', 'readonly', 'lazy'],
]);

/**
 * Checks that whatever `schema` accepts is the same after a trip through JSON, and that its JSON Schema says all of its rules.
 * @throws TypeError naming the field, and what to write instead.
 */
export function assertJsonSafe(contract: string, schema: z.ZodType): void {
  const seen = new Set<unknown>();
  const refuse = (path: string, what: string, instead: string): never => {
    throw new TypeError(`${contract} is not JSON-safe: ${path || '(root)'} ${what}: ${instead}`);
  };

  const visit = (node: unknown, path: string, isProperty = false): void => {
    const definition = definitionOf(node);
    const { type } = definition;
    if (!TAKEN.has(type))
      refuse(
        path,
        `is a z.${type}`,
        INSTEAD[type] ?? 'JSON cannot carry it, or JSON Schema cannot describe it',
      );
    if (type === 'optional' && !isProperty)
      refuse(path, 'is optional', 'only fields of an object can be left out; write .nullable()');
    if (definition['coerce'])
      refuse(path, 'coerces', 'it would read what it did not write; take the exact type');
    for (const check of [
      definition,
      ...((definition['checks'] as unknown[] | undefined) ?? []).map(definitionOf),
    ])
      visitCheck(check, path);
    if (seen.has(node)) return;
    seen.add(node);
    visitParts(definition, path, isProperty);
  };

  const visitCheck = (check: Definition, path: string): void => {
    const { check: kind, pattern, format } = check as Definition & { pattern?: RegExp; format?: string };
    if (kind === 'custom' || kind === 'property') refuse(path, 'has a rule written in code', hiddenRule);
    if (kind === 'string_format' && check['fn'] && !pattern)
      refuse(path, `has a format written in code ("${format}")`, hiddenRule);
    if (format === 'regex' && pattern && /[gimsy]/.test(pattern.flags))
      refuse(path, `has a pattern with flags (${pattern})`, 'JSON Schema knows no flags; spell them out');
  };

  const visitParts = (definition: Definition, path: string, isProperty: boolean): void => {
    const of = (part: string) => definition[part];
    const below = (name: string) => (path ? `${path}.${name}` : name);
    switch (definition.type) {
      case 'object':
        if (of('catchall'))
          refuse(
            path,
            'takes or refuses unknown fields',
            'readers drop them, so that fields can be added; use z.object()',
          );
        for (const [name, field] of Object.entries(of('shape') as object)) visit(field, below(name), true);
        return;
      case 'record':
        if (definitionOf(of('keyType')).type === 'number')
          refuse(path, 'has numbers for keys', 'keys in JSON are strings');
        visit(of('keyType'), below('(key)'));
        return visit(of('valueType'), below('*'));
      case 'array':
        return visit(of('element'), `${path}[]`);
      case 'tuple':
        (of('items') as unknown[]).forEach((item, at) => visit(item, `${path}[${at}]`));
        if (of('rest')) visit(of('rest'), `${path}[]`);
        return;
      case 'union':
        (of('options') as unknown[]).forEach((option) => visit(option, path));
        return;
      case 'literal':
        for (const value of of('values') as unknown[])
          if (value === undefined || typeof value === 'bigint')
            refuse(path, `may be ${typeof value}`, INSTEAD[typeof value] as string);
        return;
      case 'lazy':
        return visit((of('getter') as () => unknown)(), path);
      case 'default':
      case 'prefault':
        visitDefault(() => of('defaultValue'), of('innerType') as z.ZodType, path);
        return visit(of('innerType'), path, isProperty);
      case 'nullable':
      case 'optional':
      case 'readonly':
        return visit(of('innerType'), path, isProperty);
      case 'nonoptional':
        return visit(of('innerType'), path, true);
    }
  };

  const visitDefault = (read: () => unknown, inner: z.ZodType, path: string): void => {
    if (JSON.stringify(read()) !== JSON.stringify(read()))
      refuse(
        path,
        'has a default that differs each time',
        'every reader must see the same; let the publisher write it',
      );
    if (!inner.safeParse(read()).success)
      refuse(path, 'has a default that does not fit', 'write one that does');
  };

  visit(schema, '');
}
