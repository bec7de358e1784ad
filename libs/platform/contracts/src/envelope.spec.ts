import { contextOfSource, deepFreeze, sourceOf } from './envelope';
import { subscribersOf } from './message-map';

describe('Freezing', () => {
  it('reaches everything, also below what was frozen already', () => {
    const data = deepFreeze(Object.freeze({ lines: [{ sku: 'A', tags: ['x'] }], none: null }));

    expect(Object.isFrozen(data.lines)).toBe(true);
    expect(Object.isFrozen(data.lines[0])).toBe(true);
    expect(Object.isFrozen(data.lines[0]?.tags)).toBe(true);
    expect(() => data.lines.push({ sku: 'B', tags: [] })).toThrow(TypeError);
  });

  it.each([null, undefined, 1, 'a'])('leaves %j alone', (value) => {
    expect(deepFreeze(value)).toBe(value);
  });
});

describe('The source of a message', () => {
  it('names the context', () => {
    expect(sourceOf('orders')).toBe('/contexts/orders');
    expect(contextOfSource('/contexts/orders')).toBe('orders');
  });
});

describe('The message map', () => {
  it('says who subscribes to an event, in whichever version', () => {
    const nothing = { publishes: [], subscribes: {}, answers: [], asks: [] };
    const map = {
      contexts: {
        shipping: { ...nothing, subscribes: { plan: ['orders.placed.v1', 'orders.placed.v2'] } },
        inventory: { ...nothing, subscribes: { reserve: ['orders.placed.v1'], count: ['orders.placed.v1'] } },
      },
    };

    expect(subscribersOf(map, 'orders.placed.v1')).toEqual(['inventory', 'shipping']);
    expect(subscribersOf(map, 'orders.placed.v2')).toEqual(['shipping']);
    expect(subscribersOf(map, 'orders.gone.v1')).toEqual([]);
  });
});
