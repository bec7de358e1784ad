import { ContractViolation } from './errors';
import { dereference, isSensitive, JsonSchema } from './schema';

/** The most characters an ordering key may have: it is indexed, and travels as a header. */
export const MAX_KEY_LENGTH = 255;

/** @throws TypeError when the field `key` cannot order messages: it is missing, optional, no string, or sensitive. */
export function assertKey(type: string, key: string, schema: JsonSchema): void {
  const field = (schema['properties'] as Record<string, JsonSchema>)[key];
  if (!field) throw new TypeError(`${type}: the key "${key}" is no field of it`);
  const required = (schema['required'] ?? []) as string[];
  if (!required.includes(key) || dereference(field, schema)['type'] !== 'string')
    throw new TypeError(`${type}: the key "${key}" must be a string that is always there`);
  if (isSensitive(field, schema))
    throw new TypeError(`${type}: the key "${key}" is sensitive, but keys are shown in logs and tables`);
}

/** @throws ContractViolation when the value of the key is empty, too long, or holds U+0000. */
export function checkKey(type: string, key: string, data: unknown): void {
  const value = (data as Record<string, string>)[key] as string;
  if (value.length > 0 && value.length <= MAX_KEY_LENGTH && !value.includes('\0')) return;
  throw new ContractViolation(type, [
    { path: key, message: `a key has 1 to ${MAX_KEY_LENGTH} characters, none of them U+0000` },
  ]);
}
