import * as fc from 'fast-check';
import {
  anything,
  placesOf,
  replaced,
  resolved,
  type Schema,
  type Schemas,
  strangeName,
  takes,
  valid,
} from './json-schema';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

/** An operation as the shop documents it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: Schema;
  /** With which it answers. */
  readonly statuses: readonly number[];
  /** To everybody, without a token. */
  readonly open: boolean;
  /** One of these is needed; undefined where whoever has signed in may ask. */
  readonly roles?: readonly string[];
}

/** A request, and what is wrong with it. */
export interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The field that a refusal must name; a field within it will do. Undefined where any will do. */
  readonly field?: string;
}

/** All operations of an OpenAPI document, and its schemas. */
export function operationsOf(document: any): { operations: Operation[]; schemas: Schemas } {
  const operations = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, { parameters = [], requestBody, responses, ...rest }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json'].schema,
      statuses: Object.keys(responses).map(Number),
      open: rest.security?.length === 0,
      roles: rest['x-roles'],
    })),
  );
  return { operations, schemas: document.components.schemas };
}

interface Parts {
  readonly parameters: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** Requests that the document allows. */
export const allowed = (operation: Operation, schemas: Schemas): fc.Arbitrary<Wanted> =>
  parts(operation, schemas).map((each) => assembled(operation, each));

/** Requests that the document forbids, in one place; undefined for an operation that forbids nothing. */
export function forbidden(operation: Operation, schemas: Schemas): fc.Arbitrary<Wanted> | undefined {
  const spoilers = [
    ...operation.parameters.map((parameter) => spoiltParameter(operation, parameter, schemas)),
    ...(operation.parameters.some((each) => each.in === 'query')
      ? [unknownParameter(operation, schemas)]
      : []),
    ...(operation.body
      ? [
          // Bodies have more to go wrong than one parameter has.
          { weight: 4, arbitrary: spoiltBody(operation, operation.body, schemas) },
          { weight: 1, arbitrary: unknownField(operation, operation.body, schemas) },
          { weight: 1, arbitrary: brokenJson(operation, schemas) },
        ]
      : []),
  ];
  return spoilers.length > 0 ? fc.oneof(...spoilers) : undefined;
}

function parts({ parameters, body }: Operation, schemas: Schemas): fc.Arbitrary<Parts> {
  const given = Object.fromEntries(
    parameters.map(({ name, required, schema }) => {
      // What a cursor means is between the list and itself; a wrong one is spoilt on purpose only.
      const value = name === 'cursor' ? fc.constant(undefined) : valid(schema, schemas).map(String);
      return [name, required ? value : fc.option(value, { nil: undefined })];
    }),
  );
  return fc.record({
    parameters: fc.record(given),
    body: body
      ? valid(body, schemas).filter((each) => Object.keys(each as object).length > 0)
      : fc.constant(undefined),
  });
}

function spoiltParameter(
  operation: Operation,
  { name, in: where, required, schema }: Parameter,
  schemas: Schemas,
) {
  const wrong = anything
    .map((value) =>
      value === undefined ? undefined : typeof value === 'string' ? value : String(JSON.stringify(value)),
    )
    .map((text) => onTheWire(text, where))
    .filter((text) => (text === undefined ? required && where !== 'path' : !takesText(schema, text, schemas)))
    // These would be another path.
    .filter((text) => where !== 'path' || !['', '.', '..'].includes(text!));
  return fc.tuple(parts(operation, schemas), wrong).map(([good, text]) => ({
    ...assembled(operation, { ...good, parameters: { ...good.parameters, [name]: text } }),
    field: name,
  }));
}

/** As it can be sent: a header takes visible ASCII and is trimmed on its way, an address takes whole characters. */
function onTheWire(text: string | undefined, where: Parameter['in']): string | undefined {
  // An address of more than 16 KB is refused before anybody reads it.
  if (where !== 'header') return text?.toWellFormed().slice(0, 1_100);
  return text
    ?.replace(/[^ -~]/g, ' ')
    .trim()
    .slice(0, 2_000);
}

function takesText(schema: Schema, text: string, schemas: Schemas): boolean {
  if (schema.type !== 'integer') return !text.includes('\0') && takes(schema, text, schemas);
  return /^-?\d{1,15}$/.test(text) && takes(schema, Number(text), schemas);
}

function unknownParameter(operation: Operation, schemas: Schemas) {
  const known = operation.parameters.map(({ name }) => name);
  const name = strangeName
    .map((each) => each.toWellFormed())
    .filter((each) => each !== '' && !known.includes(each));
  return fc.tuple(parts(operation, schemas), name).map(([good, extra]) => {
    const request = assembled(operation, good);
    const mark = request.path.includes('?') ? '&' : '?';
    return { ...request, path: `${request.path}${mark}${encodeURIComponent(extra)}=1` };
  });
}

function spoiltBody(operation: Operation, schema: Schema, schemas: Schemas) {
  const place = fc.constantFrom(...placesOf(schema, schemas));
  return fc
    .tuple(parts(operation, schemas), place, anything)
    .map(([good, path, other]) => ({ good, path, body: replaced(good.body, path, other) }))
    .filter(({ body }) => body !== undefined && !takes(schema, body, schemas))
    .map(({ good, path, body }) => ({ ...assembled(operation, { ...good, body }), field: path[0] }));
}

function unknownField(operation: Operation, schema: Schema, schemas: Schemas) {
  const { properties = {} } = resolved(schema, schemas);
  const name = strangeName.filter((each) => !Object.hasOwn(properties, each));
  return fc
    .tuple(parts(operation, schemas), name, anything)
    .filter(([, , value]) => value !== undefined)
    .map(([good, extra, value]) =>
      assembled(operation, { ...good, body: { ...(good.body as object), [extra]: value } }),
    );
}

function brokenJson(operation: Operation, schemas: Schemas) {
  return fc
    .tuple(parts(operation, schemas), fc.nat(), fc.nat(10), fc.string({ unit: 'binary', maxLength: 5 }))
    .map(([good, at, cut, inserted]) => {
      const { body = '', ...request } = assembled(operation, good);
      const from = at % (body.length + 1);
      return { ...request, body: body.slice(0, from) + inserted + body.slice(from + cut), field: 'body' };
    })
    .filter(({ body }) => {
      try {
        JSON.parse(body);
        return false;
      } catch {
        return true;
      }
    });
}

function assembled(operation: Operation, { parameters, body }: Parts): Wanted {
  const given = (where: Parameter['in']) =>
    operation.parameters.flatMap(({ name, in: place }) =>
      place === where && parameters[name] !== undefined ? [[name, parameters[name]] as const] : [],
    );
  const path = given('path').reduce(
    (filled, [name, value]) => filled.replace(`{${name}}`, encodeURIComponent(value)),
    operation.path,
  );
  const query = given('query').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return {
    method: operation.method,
    path: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: Object.fromEntries(given('header')),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}
