import { z } from 'zod';
import { jsonSchemaOf, redact, sensitive } from './schema';

const shown = (schema: z.ZodType, data: unknown) => redact(jsonSchemaOf('users.test.v1', schema), data);

describe('What is sensitive is redacted', () => {
  const Email = sensitive(z.email());

  it.each<[string, z.ZodType, unknown, unknown]>([
    [
      'a field',
      z.object({ id: z.string(), email: Email }),
      { id: '1', email: 'a@b.c' },
      { id: '1', email: '[redacted]' },
    ],
    ['an optional one', z.object({ email: Email.optional() }), { email: 'a@b.c' }, { email: '[redacted]' }],
    [
      'one that may be null',
      z.object({ email: Email.nullish() }),
      { email: 'a@b.c' },
      { email: '[redacted]' },
    ],
    [
      'one with a default',
      z.object({ email: Email.default('x@y.zz') }),
      { email: 'a@b.c' },
      { email: '[redacted]' },
    ],
    [
      'one described later',
      z.object({ email: Email.describe('where') }),
      { email: 'a@b.c' },
      { email: '[redacted]' },
    ],
    [
      'a whole object',
      z.object({ a: sensitive(z.object({ b: z.string() })) }),
      { a: { b: 'c' } },
      { a: '[redacted]' },
    ],
    ['in arrays', z.object({ to: z.array(Email) }), { to: ['a', 'b'] }, { to: ['[redacted]', '[redacted]'] }],
    [
      'in records',
      z.object({ by: z.record(z.string(), Email) }),
      { by: { x: 'a' } },
      { by: { x: '[redacted]' } },
    ],
    [
      'in tuples',
      z.object({ t: z.tuple([z.string(), Email]) }),
      { t: ['a', 'b'] },
      { t: ['a', '[redacted]'] },
    ],
    [
      'deep inside',
      z.object({
        lines: z.array(z.object({ sku: z.string(), gift: z.object({ note: sensitive(z.string()) }) })),
      }),
      { lines: [{ sku: 'A', gift: { note: 'hello' } }] },
      { lines: [{ sku: 'A', gift: { note: '[redacted]' } }] },
    ],
    [
      'in one member of a union',
      z.object({
        by: z.union([
          z.object({ type: z.literal('card'), number: sensitive(z.string()) }),
          z.object({ type: z.literal('voucher'), code: z.string() }),
        ]),
      }),
      { by: { type: 'card', number: '4111' } },
      { by: { type: 'card', number: '[redacted]' } },
    ],
    [
      'in a member that shares a field with another',
      z.object({
        by: z.union([z.object({ number: sensitive(z.string()) }), z.object({ number: z.string() })]),
      }),
      { by: { number: '4111' } },
      { by: { number: '[redacted]' } },
    ],
    [
      'a scalar member of a union',
      z.object({ v: z.union([sensitive(z.string()), z.int()]) }),
      { v: 'a' },
      { v: '[redacted]' },
    ],
  ])('%s', (_, schema, data, expected) => {
    expect(shown(schema, data)).toEqual(expected);
  });

  it('behind a reference and in a tree', () => {
    const Person = z.object({
      email: Email,
      name: z.string(),
      get friends() {
        return z.array(Person);
      },
    });
    const bob = { email: 'bob@b.c', name: 'Bob', friends: [] };

    expect(shown(z.object({ by: Person, to: Person }), { by: bob, to: { ...bob, friends: [bob] } })).toEqual({
      by: { email: '[redacted]', name: 'Bob', friends: [] },
      to: { email: '[redacted]', name: 'Bob', friends: [{ email: '[redacted]', name: 'Bob', friends: [] }] },
    });
  });
});

describe('What the schema does not know is redacted too', () => {
  const schema = z.object({ id: z.string(), tags: z.array(z.string()), at: z.object({ city: z.string() }) });

  it('a field that a newer version may have marked', () => {
    expect(shown(schema, { id: '1', email: 'a@b.c' })).toEqual({ id: '1', email: '[redacted]' });
    expect(shown(schema, { at: { city: 'Bonn', street: { name: 'x' } } })).toEqual({
      at: { city: 'Bonn', street: '[redacted]' },
    });
  });

  it('data of another form', () => {
    expect(shown(schema, '{"id":"1"}')).toBe('[redacted]');
    expect(shown(schema, { id: { email: 'a@b.c' } })).toEqual({ id: { email: '[redacted]' } });
    expect(shown(schema, { tags: 'a@b.c', at: ['a@b.c'] })).toEqual({
      tags: '[redacted]',
      at: ['[redacted]'],
    });
  });

  it('a field named like a part of every object', () => {
    const data = JSON.parse('{"__proto__":"a","constructor":"b","id":"1"}') as unknown;

    expect(JSON.stringify(shown(schema, data))).toBe(
      '{"__proto__":"[redacted]","constructor":"[redacted]","id":"1"}',
    );
  });
});

describe('What is plain is shown', () => {
  it.each([null, true, 1, 'a', 'b'])('%j', (value) => {
    const schema = z.object({
      v: z.union([z.null(), z.boolean(), z.int(), z.literal('a'), z.enum(['b', 'c'])]),
    });

    expect(shown(schema, { v: value })).toEqual({ v: value });
  });

  it('as a copy, leaving the data alone', () => {
    const data = Object.freeze({ email: 'a@b.c' });

    expect(shown(z.object({ email: sensitive(z.string()) }), data)).not.toBe(data);
    expect(data).toEqual({ email: 'a@b.c' });
  });
});
