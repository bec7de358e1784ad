import { contextContract, event, request } from '@banyan/contracts';
import { z } from 'zod';
import { aContext } from '../testing/contexts';
import { mapOf } from '../map/message-map';
import type { Allowed } from '../problems/problem';
import { checkLock, unneededVersions } from './check-lock';
import { lockOf } from './lock';

const none: Allowed = { removals: [], breaking: [] };
const placed = (shape: z.ZodRawShape) =>
  event('orders.placed.v1', { id: z.string(), ...shape }, { key: 'id' });
const count = (reply: z.ZodRawShape) => request('orders.count.v1', { request: {}, reply });

const Placed = placed({});
const same = (data: { id: string }) => data;
const PlacedV2 = event(
  'orders.placed.v2',
  { id: z.string() },
  { key: 'id', previous: { contract: Placed, toPrevious: same, fromPrevious: same } },
);
const Alone = event('orders.placed.v2', { id: z.string() }, { key: 'id' });
const Count = count({});
const CountV2 = request('orders.count.v2', { request: {}, reply: {} });

const nobody = mapOf([]);
const reading = (read: typeof Placed) => mapOf([aContext('inventory', { subscribes: { reserve: read } })]);
const asking = mapOf([aContext('inventory', { asks: [Count] })]);

describe('The lock of a contract', () => {
  it('holds every message with its kind, key, schema, errors and the version before', () => {
    expect(lockOf(contextContract('orders', { events: [PlacedV2], requests: [Count] }))).toEqual({
      context: 'orders',
      messages: {
        'orders.count.v1': {
          kind: 'request',
          request: { type: 'object', properties: {} },
          reply: { type: 'object', properties: {} },
          errors: {},
        },
        'orders.placed.v1': { kind: 'event', key: 'id', data: Placed.jsonSchema },
        'orders.placed.v2': {
          kind: 'event',
          key: 'id',
          previous: 'orders.placed.v1',
          data: PlacedV2.jsonSchema,
        },
      },
    });
  });

  it('is the same text whatever the order of declarations and fields', () => {
    const one = placed({ a: z.string(), b: z.int() });
    const other = placed({ b: z.int(), a: z.string() });
    const text = (events: (typeof one)[], requests: (typeof Count)[]) =>
      JSON.stringify(lockOf(contextContract('orders', { events, requests })));

    expect(text([one, event('orders.gone.v1', { id: z.string() }, { key: 'id' })], [Count, CountV2])).toBe(
      text([event('orders.gone.v1', { id: z.string() }, { key: 'id' }), other], [CountV2, Count]),
    );
  });
});

describe('A locked message', () => {
  const lock = lockOf(contextContract('orders', { events: [Placed], requests: [Count] }));
  const check = (events: (typeof Placed)[], requests: (typeof Count)[], map = nobody, allowed = none) =>
    checkLock(contextContract('orders', { events, requests }), lock, map, allowed);

  it('may gain optional fields, and others may join it', () => {
    expect(check([placed({ note: z.string().optional() })], [Count, CountV2])).toEqual([]);
    expect(checkLock(contextContract('orders', { events: [Placed] }), undefined, nobody, none)).toEqual([]);
  });

  it('may not change otherwise: a new version is asked for, with each reason', () => {
    const [problem, ...more] = check([placed({ note: z.string() })], [Count]);

    expect(more).toEqual([]);
    expect(problem).toMatchObject({ level: 'refused' });
    expect(problem?.text).toMatch(
      /orders\.placed\.v1 changed.*\n {4}note: required field added; new code refuses messages at rest/,
    );
    expect(problem?.text).toContain('declare orders.placed.v2 beside it, naming it in `previous`');
  });

  it('asks for both versions of a request to be answered', () => {
    const [problem] = check([Placed], [count({ total: z.int() })]);

    expect(problem?.text).toContain('reply.total: required field added');
    expect(problem?.text).toContain('declare orders.count.v2 beside it, and answer both');
  });

  it('may change before it left the machine, when that is said by name', () => {
    expect(
      check([placed({ note: z.string() })], [Count], nobody, { ...none, breaking: ['orders.placed.v1'] }),
    ).toEqual([]);
    expect(
      check([placed({ note: z.string() })], [Count], nobody, { ...none, breaking: ['orders.other.v1'] }),
    ).toHaveLength(1);
  });

  it('may not go while somebody reads or asks it', () => {
    expect(check([], [Count], reading(Placed)).map(({ text }) => text)).toEqual([
      expect.stringContaining(
        'orders.placed.v1 is gone from its contract, but inventory/reserve still needs it',
      ),
    ]);
    expect(check([Alone], [Count], reading(Placed))).toHaveLength(1);
    expect(check([Placed], [], asking).map(({ text }) => text)).toEqual([
      expect.stringContaining('orders.count.v1 is gone from its contract, but inventory still needs it'),
    ]);
  });

  it('may go when everybody has moved on', () => {
    expect(check([Alone], [Count], reading(PlacedV2))).toEqual([]);
    expect(check([], [], nobody)).toEqual([]);
  });
});

describe('A version that nobody needs', () => {
  const contract = contextContract('orders', { events: [PlacedV2], requests: [Count, CountV2] });
  const told = (map: typeof nobody) =>
    unneededVersions(contract, map).map(({ level, text }) => `${level}: ${text}`);

  it('is told of, so that it can go', () => {
    expect(told(reading(PlacedV2))).toEqual([
      expect.stringMatching(/^worth knowing: orders\.placed\.v1 is read by nobody any more/),
      expect.stringMatching(/^worth knowing: orders\.count\.v1 is asked by nobody any more/),
    ]);
  });

  it('is left alone while it is read, and when it is the newest', () => {
    expect(told(reading(Placed))).toEqual([expect.stringMatching(/orders\.count\.v1/)]);
    expect(
      unneededVersions(contextContract('orders', { events: [Placed], requests: [Count] }), nobody),
    ).toEqual([]);
  });
});
