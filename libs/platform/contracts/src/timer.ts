import { z } from 'zod';
import { assertKey, checkKey } from './key';
import { parseMessageName } from './names';
import { JsonSchema, jsonSchemaOf, parseAs } from './schema';

/** A timer made and validated, ready to be set. */
export interface TimerMessage<Data = unknown> {
  readonly contract: TimerContract;
  readonly data: Data;
}

/** A declared timer: a private message of a context to itself. It lies in the context's database until due. */
export interface TimerContract<Shape extends z.ZodRawShape = any> {
  (data: z.input<z.ZodObject<Shape>>): TimerMessage<z.output<z.ZodObject<Shape>>>;
  readonly kind: 'timer';
  readonly type: string;
  readonly context: string;
  readonly subject: string;
  readonly version: number;
  readonly schema: z.ZodObject<Shape>;
  readonly jsonSchema: JsonSchema;
  /** The field that names it: one timer of a type waits per key. */
  readonly key: string;
  /** @throws ContractViolation */
  parse(data: unknown): z.output<z.ZodObject<Shape>>;
}

/** The data of a declared timer. */
export type TimerOf<Contract extends TimerContract> = z.output<Contract['schema']>;

/** Declares a timer. It belongs into a context's core, never into its contract. @throws TypeError as `event` does. */
export function timer<const Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  options: { readonly key: keyof Shape & string },
): TimerContract<Shape> {
  const { context, subject, version } = parseMessageName(type);
  const { key } = options;
  const schema = z.object(shape);
  const jsonSchema = jsonSchemaOf(type, schema);
  assertKey(type, key, jsonSchema);
  const parse = (data: unknown) => parseAs(type, schema, data);
  const make = (given: unknown): TimerMessage => {
    const data = parse(given);
    checkKey(type, key, data);
    return { contract, data };
  };
  const contract = Object.assign(make, {
    kind: 'timer' as const,
    type,
    context,
    subject,
    version,
    schema,
    jsonSchema,
    key,
    parse,
  }) as unknown as TimerContract<Shape>;
  return contract;
}
