import { jsonSchemaOf } from '@banyan/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { compareSchemas } from './compare-schemas';

/** A schema to be built, changed and sampled. */
type Plan =
  | { readonly kind: 'string'; readonly min: number; readonly max: number }
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'array'; readonly item: Plan; readonly min: number }
  | { readonly kind: 'record'; readonly value: Plan }
  | { readonly kind: 'nullable'; readonly inner: Plan }
  | { readonly kind: 'union'; readonly members: readonly Plan[] }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> };

interface Field {
  readonly plan: Plan;
  readonly presence: 'required' | 'optional' | 'default';
}

const presence = fc.constantFrom('required', 'optional', 'default') as fc.Arbitrary<Field['presence']>;
const names = ['a', 'b', 'c', 'd'];

const scalars: fc.Arbitrary<Plan>[] = [
  fc.record({ kind: fc.constant('string' as const), min: fc.nat(1), max: fc.integer({ min: 2, max: 3 }) }),
  fc.record({ kind: fc.constant('int' as const), min: fc.nat(1), max: fc.integer({ min: 2, max: 3 }) }),
  fc.constant({ kind: 'boolean' as const }),
  fc.subarray(['x', 'y', 'z'], { minLength: 1 }).map((values) => ({ kind: 'enum' as const, values })),
];

const { plan: plans, object: objects } = fc.letrec<{ plan: Plan; object: Plan; tagged: Plan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    ...scalars,
    fc.record({ kind: fc.constant('array' as const), item: tie('plan'), min: fc.nat(1) }),
    fc.record({ kind: fc.constant('record' as const), value: tie('plan') }),
    fc.record({ kind: fc.constant('nullable' as const), inner: tie('plan') }),
    fc
      .uniqueArray(tie('tagged'), {
        minLength: 1,
        maxLength: 3,
        selector: (one) => JSON.stringify(one).slice(0, 60),
      })
      .map((members) => ({ kind: 'union' as const, members })),
    tie('object'),
  ),
  object: fc
    .dictionary(fc.constantFrom(...names), fc.record({ plan: tie('plan'), presence }), { maxKeys: 3 })
    .map((fields) => ({ kind: 'object' as const, fields })),
  tagged: fc.tuple(fc.constantFrom('x', 'y', 'z'), tie('object')).map(([tag, object]) => ({
    kind: 'object' as const,
    fields: {
      ...(object as Extract<Plan, { kind: 'object' }>).fields,
      tag: { plan: { kind: 'enum' as const, values: [tag] }, presence: 'required' as const },
    },
  })),
}));

/** The plan after a few changes, most of them additions of fields, so that many pairs are compatible. */
function changed(plan: Plan, choose: () => number): Plan {
  const rarely = (): boolean => choose() < 0.07;
  const inner = (one: Plan): Plan => changed(one, choose);
  switch (plan.kind) {
    case 'string':
    case 'int':
      return rarely() ? { ...plan, min: 1 - plan.min } : rarely() ? { ...plan, max: 5 - plan.max } : plan;
    case 'boolean':
      return rarely() ? { kind: 'nullable', inner: plan } : plan;
    case 'enum':
      return rarely() ? { ...plan, values: ['x', 'y', 'z'] } : { ...plan, values: plan.values.toReversed() };
    case 'array':
      return { ...plan, item: inner(plan.item), min: rarely() ? 1 - plan.min : plan.min };
    case 'record':
      return { ...plan, value: inner(plan.value) };
    case 'nullable':
      return rarely() ? inner(plan.inner) : { ...plan, inner: inner(plan.inner) };
    case 'union':
      return {
        ...plan,
        members: (rarely() && plan.members.length > 1 ? plan.members.slice(1) : plan.members)
          .map(inner)
          .toReversed(),
      };
    case 'object': {
      const fields = Object.entries(plan.fields).map(([name, field]): [string, Field] => {
        if (name === 'tag') return [name, field];
        const loosened = field.presence === 'required' && choose() < 0.2 ? 'default' : field.presence;
        return [name, { plan: inner(field.plan), presence: rarely() ? 'optional' : loosened }];
      });
      const kept = fields.filter(([name]) => name === 'tag' || !rarely());
      const added = choose() < 0.4 && !('e' in plan.fields);
      if (added)
        kept.push(['e', { plan: { kind: 'boolean' }, presence: rarely() ? 'required' : 'optional' }]);
      return { ...plan, fields: Object.fromEntries(kept.toReversed()) };
    }
  }
}

function built(plan: Plan): z.ZodType {
  switch (plan.kind) {
    case 'string':
      return z.string().min(plan.min).max(plan.max);
    case 'int':
      return z.int().min(plan.min).max(plan.max);
    case 'boolean':
      return z.boolean();
    case 'enum':
      return z.enum(plan.values as [string]);
    case 'array':
      return z.array(built(plan.item)).min(plan.min);
    case 'record':
      return z.record(z.string(), built(plan.value));
    case 'nullable':
      return built(plan.inner).nullable();
    case 'union':
      return z.union(plan.members.map(built));
    case 'object':
      return z.object(
        Object.fromEntries(
          Object.entries(plan.fields).map(([name, { plan, presence }]) => {
            const schema = built(plan);
            if (presence === 'default')
              return [name, schema.default(fc.sample(data(plan), { numRuns: 1, seed: 1 })[0])];
            return [name, presence === 'optional' ? schema.optional() : schema];
          }),
        ),
      );
  }
}

/** Data that fits the plan. */
function data(plan: Plan): fc.Arbitrary<unknown> {
  switch (plan.kind) {
    case 'string':
      return fc.string({ minLength: plan.min, maxLength: plan.max });
    case 'int':
      return fc.integer(plan);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...plan.values);
    case 'array':
      return fc.array(data(plan.item), { minLength: plan.min, maxLength: 2 });
    case 'record':
      return fc.dictionary(fc.constantFrom('k', 'l'), data(plan.value));
    case 'nullable':
      return fc.option(data(plan.inner));
    case 'union':
      return plan.members.length > 0 ? fc.oneof(...plan.members.map(data)) : fc.constant(null);
    case 'object': {
      const required = Object.keys(plan.fields).filter((name) => plan.fields[name]?.presence === 'required');
      const fields = Object.entries(plan.fields).map(([name, field]) => [name, data(field.plan)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: required, noNullPrototype: true });
    }
  }
}

/** Evenly spread numbers below 1 (mulberry32); fast-check's own prefer the corners. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('Whatever the check lets through', () => {
  it('is read by both sides, whoever wrote it', () => {
    let judged = 0;
    let compatible = 0;
    const pair = fc
      .tuple(objects, fc.nat())
      .map(([before, seed]) => [before, changed(before, numbersFrom(seed))] as const);

    fc.assert(
      fc.property(pair, fc.gen(), ([before, after], draw) => {
        const [old, now] = [built(before), built(after)];
        judged += 1;
        const changes = compareSchemas(jsonSchemaOf('old', old), jsonSchemaOf('now', now), 'event');
        if (changes.some(({ breaking }) => breaking)) return;
        compatible += 1;
        expect(now.safeParse(old.parse(draw(data, before)))).toMatchObject({ success: true });
        expect(old.safeParse(now.parse(draw(data, after)))).toMatchObject({ success: true });
      }),
      { numRuns: 1_500 },
    );

    expect(compatible).toBeGreaterThan(judged / 5);
    expect(compatible).toBeLessThan(judged);
  });

  it('includes every schema beside itself', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const schema = jsonSchemaOf('same', z.object({ plan: built(plan) }));
        expect(compareSchemas(schema, structuredClone(schema), 'reply')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
