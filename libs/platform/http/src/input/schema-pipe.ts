import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type FieldError, invalidInput } from '../problems/problem';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
  /** zod's: keys that a strict object does not know. */
  readonly keys?: readonly string[];
  readonly code?: string;
}
type Result =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/**
 * Validates what carries a schema, `@Body({ schema })`, `@Query({ schema })`, `@Param('sku', { schema })`, and hands on
 * what the schema made of it. Nest's StandardSchemaValidationPipe does the same, but cannot name the parameter, or the
 * key that a strict object does not know, and waits a turn for schemas that need none.
 * Answers 400 `http.invalid-input` with each field, such as `items.0.quantity`.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (!schema || type === 'custom') return value;
    const result = schema['~standard'].validate(value) as Result | Promise<Result>;
    const whole = typeof data === 'string' && data !== '' ? data : type;
    return result instanceof Promise
      ? result.then((late) => valid(late, whole, data))
      : valid(result, whole, data);
  }
}

function valid(result: Result, whole: string, parameter: unknown): unknown {
  if (!result.issues) return result.value;
  throw invalidInput(
    'http.invalid-input',
    fieldErrors(result.issues, whole, typeof parameter === 'string' ? parameter : undefined),
  );
}

/** Issues of a schema as errors of fields; `whole` stands for the root, `prefix` before every path. */
export function fieldErrors(issues: readonly Issue[], whole: string, prefix?: string): FieldError[] {
  return issues.flatMap(({ message, path = [], keys, code }) => {
    const names = path.map((step) => String(typeof step === 'object' ? step.key : step));
    const at = [...(prefix ? [prefix] : []), ...names];
    if (code === 'unrecognized_keys' && keys) {
      return keys.map((key) => ({
        field: [...at, key].join('.'),
        message: 'is not a field of this request',
      }));
    }
    return [{ field: at.join('.') || whole, message: worded(message) }];
  });
}

function worded(message: string): string {
  if (message.endsWith('received undefined')) return 'is missing';
  return message.replace(/^Invalid input: /, '');
}
