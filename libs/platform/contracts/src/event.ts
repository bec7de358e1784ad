import { z } from 'zod';
import { assertKey, checkKey } from './key';
import { parseMessageName } from './names';
import { JsonSchema, jsonSchemaOf, parseAs } from './schema';

/** An event made and validated, ready to be published. */
export interface EventMessage<Data = unknown> {
  readonly contract: EventContract;
  readonly data: Data;
}

/** How one version of a fact relates to the one before it, while both are published. */
export interface PreviousVersion<Data = any, Before = any> {
  readonly contract: EventContract<any>;
  /** What readers of the previous version are told. */
  readonly toPrevious: (data: Data) => Before;
  /** Reads a message of the previous version that still waits in an inbox as the new one. */
  readonly fromPrevious: (data: Before) => Data;
}

/** A declared event: its name on the wire, its validator, its ordering key, and the function that makes one. */
export interface EventContract<Shape extends z.ZodRawShape = any> {
  /** Makes an event. @throws ContractViolation naming the field that does not fit. */
  (data: z.input<z.ZodObject<Shape>>): EventMessage<z.output<z.ZodObject<Shape>>>;
  readonly kind: 'event';
  /** `orders.order-placed.v1` */
  readonly type: string;
  readonly context: string;
  /** The fact in all its versions: `orders.order-placed`. */
  readonly subject: string;
  readonly version: number;
  readonly schema: z.ZodObject<Shape>;
  readonly jsonSchema: JsonSchema;
  /** The field whose value orders messages: those of one publisher and key arrive in the order they were committed. */
  readonly key: string;
  readonly previous?: PreviousVersion;
  /** Reads data off the wire, dropping unknown fields. @throws ContractViolation */
  parse(data: unknown): z.output<z.ZodObject<Shape>>;
}

/** The data of a declared event: `type OrderPlaced = EventOf<typeof OrderPlaced>`. */
export type EventOf<Contract extends EventContract> = z.output<Contract['schema']>;

/**
 * Declares an event, a fact in the past.
 * Within a version only optional fields may be added; anything else is a new version that names the one before it
 * in `previous`, so that both are published, under one id, until nobody reads the old one.
 * @throws TypeError when the name, the key or the schema cannot travel.
 */
export function event<const Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  options: {
    readonly key: keyof Shape & string;
    readonly previous?: PreviousVersion<z.output<z.ZodObject<Shape>>>;
  },
): EventContract<Shape> {
  const { context, subject, version } = parseMessageName(type);
  const schema = z.object(shape);
  const jsonSchema = jsonSchemaOf(type, schema);
  const { key, previous } = options;
  assertKey(type, key, jsonSchema);
  if (previous && (previous.contract.subject !== subject || previous.contract.version >= version)) {
    throw new TypeError(`${type}: ${previous.contract.type} is no earlier version of ${subject}`);
  }

  const parse = (data: unknown) => parseAs(type, schema, data);
  const make = (given: unknown): EventMessage => {
    const data = parse(given);
    checkKey(type, key, data);
    return { contract, data };
  };
  const contract = Object.assign(make, {
    kind: 'event' as const,
    type,
    context,
    subject,
    version,
    schema,
    jsonSchema,
    key,
    previous,
    parse,
  }) as unknown as EventContract<Shape>;
  return contract;
}

/** The contract and those of every earlier version that it still publishes, oldest first. */
export function versionsOf(contract: EventContract): EventContract[] {
  return contract.previous ? [...versionsOf(contract.previous.contract), contract] : [contract];
}
