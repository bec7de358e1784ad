import { z } from 'zod';
import { jsonSchemaOf } from './schema';

class Line {}

const declare = (field: z.ZodType) => () => jsonSchemaOf('orders.order-placed.v1', z.object({ field }));

describe('A contract takes', () => {
  it.each<[string, z.ZodType]>([
    ['ISO instants', z.iso.datetime()],
    ['integers', z.int().min(0).multipleOf(5)],
    ['uuids', z.uuid()],
    ['trimmed strings', z.string().trim().min(1).regex(/^a/)],
    [
      'unions of objects',
      z.discriminatedUnion('t', [z.object({ t: z.literal('a') }), z.object({ t: z.literal('b') })]),
    ],
    ['records', z.record(z.string(), z.int())],
    ['tuples', z.tuple([z.string(), z.int()])],
    ['fields that may be left out, or null', z.object({ a: z.string().optional(), b: z.string().nullish() })],
    ['defaults', z.object({ a: z.string().default('x'), b: z.array(z.int()).prefault([1]) })],
    ['any JSON', z.json()],
    [
      'trees',
      z.object({
        name: z.string(),
        get children(): z.ZodType {
          return z.array(z.lazy(() => z.object({})));
        },
      }),
    ],
  ])('%s', (_, schema) => {
    expect(declare(schema)).not.toThrow();
  });
});

describe('A contract refuses, naming the field and what to write instead:', () => {
  it.each<[string, z.ZodType, RegExp]>([
    ['Date', z.date(), /field is a z\.date: write an ISO instant/],
    ['bigint', z.bigint(), /z\.int\(\)/],
    ['a bigint literal', z.literal(1n), /may be bigint/],
    ['Map', z.map(z.string(), z.string()), /z\.record/],
    ['Set', z.set(z.string()), /z\.array/],
    ['NaN', z.nan(), /leave the field out/],
    ['undefined', z.undefined(), /optional/],
    ['an undefined literal', z.literal(['a', undefined]), /may be undefined/],
    ['a gap in an array', z.array(z.string().optional()), /field\[\] is optional/],
    ['a gap in a tuple', z.tuple([z.string().optional()]), /field\[0\] is optional/],
    ['a gap behind null', z.array(z.string().optional().nullable()), /field\[\] is optional/],
    ['an instance of a class', z.instanceof(Line), /z\.custom: write a z\.object/],
    ['a file', z.file(), /z\.file/],
    ['a function', z.function() as never, /z\.function/],
    ['a promise', z.promise(z.string()), /z\.promise/],
    ['a symbol', z.symbol(), /z\.symbol/],
    ['anything', z.any(), /says nothing/],
    ['the unknown', z.array(z.object({ deep: z.unknown() })), /field\[\]\.deep is a z\.unknown/],
    ['a transform', z.string().transform(Number), /read back as it was written/],
    ['a preprocessed field', z.preprocess(String, z.string()), /read back/],
    ['a codec', z.codec(z.string(), z.int(), { decode: Number, encode: String }), /read back/],
    ['a word for a boolean', z.stringbool(), /read back/],
    ['coercion', z.coerce.number(), /coerces/],
    ['a fallback', z.enum(['a']).catch('a'), /z\.catch/],
    ['a rule in code', z.string().refine((text) => text !== 'a'), /rule written in code/],
    ['a format in code', z.stringFormat('even', (text) => text.length % 2 === 0), /format written in code/],
    ['a pattern with flags', z.string().regex(/a/i), /pattern with flags/],
    ['an intersection', z.intersection(z.object({}), z.object({})), /extend/],
    ['refusing unknown fields', z.strictObject({}), /readers drop them/],
    ['keeping unknown fields', z.looseObject({}), /readers drop them/],
    ['a rule for unknown fields', z.object({}).catchall(z.string()), /readers drop them/],
    ['numbers for keys', z.record(z.number(), z.string()), /keys in JSON are strings/],
    [
      'a default that differs each time',
      z.string().default(() => String(Math.random())),
      /differs each time/,
    ],
    ['a default that does not fit', z.string().min(3).default('x'), /does not fit/],
  ])('%s', (_, schema, reason) => {
    expect(declare(schema)).toThrow(TypeError);
    expect(declare(schema)).toThrow(reason);
  });

  it('numbers that are none, when they come', () => {
    const schema = z.object({ amount: z.number() });

    for (const amount of [NaN, Infinity, -Infinity]) expect(schema.safeParse({ amount }).success).toBe(false);
  });
});
