import * as fc from 'fast-check';

/** As much of JSON Schema as the shop's own document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export type Schemas = Readonly<Record<string, Schema>>;

export function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : schemas[name]!;
}

/**
 * Whether the schema takes this value. Most text is measured without the space around it, which the shop cuts off, but
 * not all: of a password every character counts. The document does not say which; here any text fits that fits as either.
 */
export function takes(given: Schema, value: unknown, schemas: Schemas): boolean {
  const schema = resolved(given, schemas);
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const { properties = {}, required = [], additionalProperties } = schema;
    return (
      required.every((name) => Object.hasOwn(value, name)) &&
      Object.entries(value).every(([name, each]) =>
        Object.hasOwn(properties, name)
          ? takes(properties[name]!, each, schemas)
          : additionalProperties !== false,
      )
    );
  }
  if (schema.type === 'integer') {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  }
  if (schema.type === 'string') {
    if (typeof value !== 'string') return false;
    const { minLength = 0, maxLength = Infinity, pattern } = schema;
    const fits = value.length >= minLength && value.trim().length <= maxLength;
    return fits && (!pattern || new RegExp(pattern, 'u').test(value));
  }
  if (schema.type === 'boolean') return typeof value === 'boolean';
  throw new Error(`The fuzzer does not know this schema: ${JSON.stringify(schema)}`);
}

/** Values that the schema takes. */
export function valid(given: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const schema = resolved(given, schemas);
  if (schema.type === 'object') {
    const { properties = {}, required = [] } = schema;
    return fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valid(each, schemas)])),
      { requiredKeys: [...required] },
    );
  }
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum, max: schema.maximum ?? 1_000 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.pattern) {
    const { maxLength = 40 } = schema;
    return fc.stringMatching(new RegExp(schema.pattern)).filter(({ length }) => length <= maxLength);
  }
  const { minLength = 1, maxLength = 40 } = schema;
  return fc
    .string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)), unit: 'grapheme' })
    .filter((text) => {
      const { length } = text.trim();
      return length >= Math.max(minLength, 1) && text.length <= maxLength && !text.includes('\0');
    });
}

type Path = readonly string[];

/** Every place of a value of this schema, the whole first. */
export function placesOf(given: Schema, schemas: Schemas, path: Path = []): Path[] {
  const { properties = {} } = resolved(given, schemas);
  return [
    path,
    ...Object.entries(properties).flatMap(([name, each]) => placesOf(each, schemas, [...path, name])),
  ];
}

/** `value` with another one at this place; `undefined` takes it away. */
export function replaced(value: unknown, [name, ...rest]: Path, other: unknown): unknown {
  if (name === undefined) return other;
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const inner = replaced(object[name], rest, other);
  const { [name]: _, ...without } = object;
  return inner === undefined ? without : { ...without, [name]: inner };
}

const NASTY: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  -0,
  1.5,
  1e21,
  2 ** 31,
  2 ** 53,
  -(2 ** 31),
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud83d',
  '0',
  '-1',
  'null',
  'true',
  'undefined',
  '[object Object]',
  "'; DROP TABLE products; --",
  '\\',
  '"',
  '<script>',
  '../../etc/passwd',
  '\u202e\u200b',
  'ﬀ'.repeat(100),
  'x'.repeat(10_000),
  '🍵'.repeat(2_001),
  [],
  [[]],
  {},
  [null],
  { length: 1 },
  { toString: 1 },
  { then: 1 },
  { $ne: 1 },
  { toJSON: null },
  '2026-02-30T00:00:00Z',
  '018f0000-0000-7000-8000-00000000000g',
];

/** Anything at all that JSON can say, the likely troublemakers first. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 50 }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Names that no object should have. */
export const strangeName = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    'sku ',
    'SKU',
    '$where',
    '0',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
);
