import { z } from 'zod';
import { deepFreeze } from './envelope';
import { DomainError, ErrorKind } from './errors';
import { contextOfErrorCode, parseMessageName } from './names';
import { JsonSchema, jsonSchemaOf, parseAs } from './schema';

/** A declared question of one context to another: names, validators both ways, and the errors it may answer with. */
export interface RequestContract<Request extends z.ZodRawShape = any, Reply extends z.ZodRawShape = any> {
  readonly kind: 'request';
  /** `catalog.quote-prices.v1` */
  readonly type: string;
  /** Who answers. */
  readonly context: string;
  readonly subject: string;
  readonly version: number;
  readonly request: z.ZodObject<Request>;
  readonly reply: z.ZodObject<Reply>;
  readonly requestJsonSchema: JsonSchema;
  readonly replyJsonSchema: JsonSchema;
  readonly errors: readonly RequestErrorClass[];
  /** @throws ContractViolation */
  parseRequest(data: unknown): z.output<z.ZodObject<Request>>;
  /** @throws ContractViolation */
  parseReply(data: unknown): z.output<z.ZodObject<Reply>>;
}

/** What a question carries: `type QuotePrices = RequestOf<typeof QuotePrices>`. */
export type RequestOf<Contract extends RequestContract> = z.output<Contract['request']>;
/** What its answer carries. */
export type ReplyOf<Contract extends RequestContract> = z.output<Contract['reply']>;

/**
 * Declares a request.
 * @throws TypeError when the name or a schema cannot travel, or an error is another context's or given twice.
 */
export function request<const Request extends z.ZodRawShape, const Reply extends z.ZodRawShape>(
  type: string,
  declaration: {
    readonly request: Request;
    readonly reply: Reply;
    readonly errors?: readonly RequestErrorClass[];
  },
): RequestContract<Request, Reply> {
  const { context, subject, version } = parseMessageName(type);
  const asked = z.object(declaration.request);
  const replied = z.object(declaration.reply);
  const errors = declaration.errors ?? [];
  const codes = new Set(errors.map(({ code }) => code));
  if (codes.size < errors.length) throw new TypeError(`${type} declares an error code twice`);
  for (const code of codes)
    if (contextOfErrorCode(code) !== context)
      throw new TypeError(`${type} cannot answer with ${code}: its code must start with ${context}`);
  return {
    kind: 'request',
    type,
    context,
    subject,
    version,
    request: asked,
    reply: replied,
    requestJsonSchema: jsonSchemaOf(`${type} (request)`, asked),
    replyJsonSchema: jsonSchemaOf(`${type} (reply)`, replied),
    errors,
    parseRequest: (data) => parseAs(`${type} (request)`, asked, data),
    parseReply: (data) => parseAs(`${type} (reply)`, replied, data),
  };
}

/** What an error of a contract is once made: a domain error whose details are typed. */
export type RequestError<Details = any> = Omit<DomainError, 'code' | 'kind' | 'details'> & {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: Details & Readonly<Record<string, unknown>>;
};

/** An error that a context may answer with; the same class is thrown on the asking side, wherever the answer came from. */
export interface RequestErrorClass<Given = any, Details = any> {
  new (details: Given): RequestError<Details>;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly schema: z.ZodObject<any>;
  readonly jsonSchema: JsonSchema;
}

/**
 * Declares an error of a contract, to be extended:
 * `class UnknownSku extends requestError('catalog.unknown-sku', 'invalid', { skus: z.array(Sku) }, ({ skus }) => `…`) {}`
 * Making one validates its details. @throws TypeError when the code is none, or the details cannot travel.
 */
export function requestError<const Details extends z.ZodRawShape>(
  code: string,
  kind: ErrorKind,
  details: Details,
  say: (details: z.output<z.ZodObject<Details>>) => string,
): RequestErrorClass<z.input<z.ZodObject<Details>>, z.output<z.ZodObject<Details>>> {
  contextOfErrorCode(code);
  const schema = z.object(details);
  const jsonSchema = jsonSchemaOf(code, schema);
  return class extends DomainError {
    static readonly code = code;
    static readonly kind = kind;
    static readonly schema = schema;
    static readonly jsonSchema = jsonSchema;
    readonly code = code;
    readonly kind = kind;
    readonly #details: z.output<typeof schema>;

    constructor(given: z.input<typeof schema>) {
      const parsed = parseAs(code, schema, given);
      super(say(parsed));
      this.#details = deepFreeze(parsed);
    }

    override get details() {
      return this.#details as z.output<typeof schema> & Record<string, unknown>;
    }
  } as unknown as RequestErrorClass<z.input<typeof schema>, z.output<typeof schema>>;
}
