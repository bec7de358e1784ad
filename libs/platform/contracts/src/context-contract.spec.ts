import { z } from 'zod';
import { contextContract } from './context-contract';
import { event } from './event';
import { request } from './request';

const shape = { id: z.string() };
const previous = (contract: unknown) =>
  ({ contract, toPrevious: (data: object) => data, fromPrevious: (data: object) => data }) as never;

const Placed = event('orders.placed.v1', shape, { key: 'id' });
const PlacedV2 = event('orders.placed.v2', shape, { key: 'id', previous: previous(Placed) });
const Count = request('orders.count.v1', { request: {}, reply: { count: z.int() } });

describe('The contract of a context', () => {
  it('gathers what it tells and answers', () => {
    expect(contextContract('orders', { events: [Placed], requests: [Count] })).toEqual({
      name: 'orders',
      events: [Placed],
      requests: [Count],
    });
    expect(contextContract('orders', {})).toEqual({ name: 'orders', events: [], requests: [] });
  });

  it('brings the earlier versions of an event along, once', () => {
    expect(contextContract('orders', { events: [PlacedV2] }).events).toEqual([Placed, PlacedV2]);
    expect(contextContract('orders', { events: [PlacedV2, Placed] }).events).toEqual([Placed, PlacedV2]);
  });

  it('refuses versions of an event that do not know each other', () => {
    const Unlinked = event('orders.placed.v2', shape, { key: 'id' });
    const Fork = event('orders.placed.v3', shape, { key: 'id', previous: previous(Placed) });

    expect(() => contextContract('orders', { events: [Placed, Unlinked] })).toThrow(/must name the earlier/);
    expect(() => contextContract('orders', { events: [PlacedV2, Fork] })).toThrow(/must name the earlier/);
  });

  it('refuses messages of others, messages declared twice, and names that are none', () => {
    const twin = event('orders.placed.v1', shape, { key: 'id' });

    expect(() => contextContract('catalog', { events: [Placed] })).toThrow(/its name says orders/);
    expect(() => contextContract('orders', { events: [Placed, twin] })).toThrow(/declared twice/);
    expect(() => contextContract('Orders', {})).toThrow(/no context name/);
  });
});
