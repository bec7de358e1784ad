import { z } from 'zod';
import { ContractViolation } from './errors';
import { assertJsonSafe } from './json-safe';

/** JSON Schema, draft 2020-12, as contracts publish it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const SENSITIVE = 'x-sensitive';

/** Marks a field whose value must not appear in logs, spans or views. It still travels, and is stored, in the clear. */
export function sensitive<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ [SENSITIVE]: true });
}

/**
 * The JSON Schema of `schema` as readers see it: a field with a default may be left out.
 * @throws TypeError when the schema holds something that JSON cannot carry (Date, bigint, Map, a transform), or a rule
 * that its JSON Schema would not show.
 */
export function jsonSchemaOf(
  contract: string,
  schema: z.ZodType,
  target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12',
): JsonSchema {
  assertJsonSafe(contract, schema);
  try {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', target }) as JsonSchema;
    return rest;
  } catch (error) {
    throw new TypeError(`${contract} is not JSON-safe: ${(error as Error).message}`);
  }
}

/** Parses `data`, dropping unknown fields. @throws ContractViolation naming each field, never quoting a value. */
export function parseAs<Schema extends z.ZodType>(
  contract: string,
  schema: Schema,
  data: unknown,
): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new ContractViolation(
    contract,
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

/** Follows `$ref`s within `root` (`#`, `#/$defs/Address`); what stands beside a `$ref` counts as well. */
export function dereference(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref, ...beside } = schema;
  return typeof $ref === 'string' ? { ...dereference(referred($ref, root), root), ...beside } : schema;
}

const referred = (reference: string, root: JsonSchema): JsonSchema =>
  reference
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, step) => (at as JsonSchema)[step], root) as JsonSchema;

/** Everything that may describe one value: the schema, and what its references and unions lead to. */
function alternatives(schemas: readonly JsonSchema[], root: JsonSchema): JsonSchema[] {
  const found = new Set<JsonSchema>();
  const pending = [...schemas];
  for (let schema = pending.pop(); schema; schema = pending.pop()) {
    if (found.has(schema)) continue;
    found.add(schema);
    if (schema['$ref']) pending.push(referred(schema['$ref'] as string, root));
    for (const union of ['anyOf', 'oneOf', 'allOf'])
      pending.push(...((schema[union] as JsonSchema[] | undefined) ?? []));
  }
  return [...found];
}

/** Whether the schema, or an alternative of it, is marked `sensitive`. */
export const isSensitive = (schema: JsonSchema, root: JsonSchema): boolean =>
  alternatives([schema], root).some((option) => option[SENSITIVE] === true);

const REDACTED = '[redacted]';

/**
 * A copy of `data` that may be shown. `[redacted]` stands for every field marked `sensitive`, in whichever member of a
 * union, and for whatever the schema does not know: a newer version may have marked it.
 */
export function redact(schema: JsonSchema, data: unknown): unknown {
  return show([schema], data, schema);
}

function show(schemas: readonly JsonSchema[], data: unknown, root: JsonSchema): unknown {
  const options = alternatives(schemas, root);
  if (options.length === 0 || options.some((option) => option[SENSITIVE] === true)) return REDACTED;
  if (Array.isArray(data)) return data.map((item, at) => show(itemSchemas(options, at), item, root));
  if (typeof data === 'object' && data !== null)
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, show(fieldSchemas(options, name), value, root)]),
    );
  return options.some(describesScalar) ? data : REDACTED;
}

function itemSchemas(options: readonly JsonSchema[], at: number): JsonSchema[] {
  return options.flatMap(({ prefixItems, items }) => {
    const item = (prefixItems as JsonSchema[] | undefined)?.[at] ?? items;
    return typeof item === 'object' ? [item as JsonSchema] : [];
  });
}

function fieldSchemas(options: readonly JsonSchema[], name: string): JsonSchema[] {
  return options.flatMap(({ properties, additionalProperties }) => {
    const fields = (properties ?? {}) as Record<string, JsonSchema>;
    const field = Object.hasOwn(fields, name) ? fields[name] : additionalProperties;
    return typeof field === 'object' ? [field as JsonSchema] : [];
  });
}

function describesScalar({ type, $ref, anyOf, oneOf, ...rest }: JsonSchema): boolean {
  if (type === undefined) return !$ref && !anyOf && !oneOf && ('enum' in rest || 'const' in rest);
  return [type].flat().some((name) => name !== 'object' && name !== 'array');
}
