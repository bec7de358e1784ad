import { z } from 'zod';
import { ContractViolation } from './errors';

/** JSON Schema, draft 2020-12, as contracts publish it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const SENSITIVE = 'x-sensitive';

/** Marks a field whose value must not appear in logs, spans or views. It still travels, and is stored, in the clear. */
export function sensitive<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ [SENSITIVE]: true });
}

/**
 * The JSON Schema of `schema` as readers see it.
 * @throws TypeError when the schema holds something that JSON cannot carry (Date, bigint, Map, a transform).
 */
export function jsonSchemaOf(contract: string, schema: z.ZodType): JsonSchema {
  try {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
      io: 'input',
      target: 'draft-2020-12',
    }) as JsonSchema;
    return rest;
  } catch (error) {
    throw new TypeError(
      `${contract} is not JSON-safe: ${(error as Error).message}. Use ISO strings, integers and plain objects`,
    );
  }
}

/** Parses `data`, dropping unknown fields. @throws ContractViolation naming each field. */
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

/** A copy of `data` in which every field marked `sensitive` reads `[redacted]`. */
export function redact(schema: JsonSchema, data: unknown): unknown {
  if (schema[SENSITIVE] === true) return '[redacted]';
  const options = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as JsonSchema[] | undefined;
  if (options) return options.reduce((value, option) => redact(option, value), data);
  if (Array.isArray(data)) {
    const items = schema['items'] as JsonSchema | undefined;
    return items ? data.map((item) => redact(items, item)) : data;
  }
  if (typeof data === 'object' && data !== null) {
    const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
    const rest = schema['additionalProperties'];
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => {
        const of = properties[name] ?? (typeof rest === 'object' ? (rest as JsonSchema) : undefined);
        return [name, of ? redact(of, value) : value];
      }),
    );
  }
  return data;
}
