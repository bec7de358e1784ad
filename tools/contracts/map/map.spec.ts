import { event, type MessageMap, request, timer } from '@banyan/contracts';
import { z } from 'zod';
import { aContext } from '../testing/contexts';
import type { Allowed } from '../problems/problem';
import type { DeclaredContext } from '../workspace/workspace';
import { checkMap, checkNames } from './check-map';
import { requestCycles, tell } from './cycles';
import { askersOf, mapOf, readersOf } from './message-map';
import { pictureOf } from './picture';
import { shopOf } from './shop';

const fields = { id: z.string() };
const Placed = event('orders.placed.v1', fields, { key: 'id' });
const same = (data: { id: string }) => data;
const PlacedV2 = event('orders.placed.v2', fields, {
  key: 'id',
  previous: { contract: Placed, toPrevious: same, fromPrevious: same },
});
const Quote = request('catalog.quote.v1', { request: {}, reply: {} });
const Expired = timer('orders.expired.v1', fields, { key: 'id' });
const asking = (type: string) => request(type, { request: {}, reply: {} });

const problemsOf = (...contexts: DeclaredContext[]) =>
  checkMap(contexts, mapOf(contexts)).map(({ level, text }) => `${level}: ${text}`);

describe('The message map', () => {
  const contexts = [
    aContext('orders', { events: [PlacedV2], subscribes: { expire: Expired }, asks: [Quote] }),
    aContext('catalog', { requests: [Quote] }),
    aContext('inventory', { subscribes: { reserve: PlacedV2, count: Placed } }),
  ];

  it('says who publishes, reads, answers and asks, the oldest version first', () => {
    expect(mapOf(contexts)).toEqual({
      contexts: {
        catalog: { publishes: [], subscribes: {}, answers: ['catalog.quote.v1'], asks: [] },
        inventory: {
          publishes: [],
          subscribes: { count: ['orders.placed.v1'], reserve: ['orders.placed.v1', 'orders.placed.v2'] },
          answers: [],
          asks: [],
        },
        orders: {
          publishes: ['orders.placed.v1', 'orders.placed.v2'],
          subscribes: {},
          timers: { expire: ['orders.expired.v1'] },
          answers: [],
          asks: ['catalog.quote.v1'],
        },
      },
    });
  });

  it('is the same text whatever the order of the code', () => {
    expect(JSON.stringify(mapOf(contexts.toReversed()))).toBe(JSON.stringify(mapOf(contexts)));
  });

  it('knows who needs a version, and who asks', () => {
    const map = mapOf(contexts);

    expect(readersOf(map, 'orders.placed.v1')).toEqual(['inventory/count']);
    expect(readersOf(map, 'orders.placed.v2')).toEqual(['inventory/reserve']);
    expect(askersOf(map, 'catalog.quote.v1')).toEqual(['orders']);
  });

  it('finds nothing wrong with a sound shop', () => {
    expect(problemsOf(...contexts)).toEqual([]);
  });

  it('is drawn, one arrow for all messages that go the same way', () => {
    const picture = pictureOf(mapOf(contexts), { 'orders.placed.v1': 'An order | was placed.' });

    expect(picture).toContain('context-orders -- "placed v1<br>placed v2" --> context-inventory');
    expect(picture).toContain('context-orders -. "quote v1" .-> context-catalog');
    expect(picture).toContain('| `orders.placed.v1` | An order \\| was placed. | inventory |');
    expect(picture).toContain('| `expire` | `orders.expired.v1` (its own timer) |');
  });

  it('is drawn with the placement: one process needs no broker, several meet at one', () => {
    const deployables = {
      monolith: { contexts: ['catalog', 'inventory'], url: 'http://localhost:3000' },
      'orders-service': { contexts: ['orders'], url: 'http://localhost:3004' },
    };
    const whole = {
      monolith: { contexts: ['catalog', 'inventory', 'orders'], url: 'http://localhost:3000' },
    };

    const [together, apart] = [whole, deployables].map((deployables) =>
      shopOf(mapOf(contexts), { revision: 2, deployables }),
    ) as [string, string];

    expect(together).not.toContain('broker{{');
    expect(apart).toContain('deployable-orders-service <--> broker');
    expect(apart).toContain('| `orders-service` | http://localhost:3004 | orders |');
    for (const picture of [together, apart]) {
      const [, told, asked] = picture.split('```mermaid');
      expect(told).toContain('context-orders -- "placed v1<br>placed v2" --> context-inventory');
      expect(told).not.toContain('quote');
      expect(asked).toContain('context-orders -. "quote v1" .-> context-catalog');
      expect(asked).not.toContain('context-inventory');
    }
  });
});

describe('What is wrong with the map is told:', () => {
  it('two subscriptions under one name', () => {
    const context = aContext('orders', { events: [Placed], subscribes: { count: Placed } });
    const { subscriptions } = context.registered;
    const twice = {
      ...context,
      registered: { ...context.registered, subscriptions: [...subscriptions, ...subscriptions] },
    };

    expect(problemsOf(twice)).toEqual([
      expect.stringMatching(/^refused: orders has two subscriptions known as count/),
    ]);
  });

  it('an event that its context does not publish', () => {
    expect(
      problemsOf(aContext('orders'), aContext('inventory', { subscribes: { reserve: Placed } })),
    ).toEqual([
      expect.stringMatching(
        /^wrong: inventory\/reserve reads orders\.placed\.v1, which orders does not publish/,
      ),
    ]);
  });

  it("another context's timer", () => {
    expect(problemsOf(aContext('inventory', { subscribes: { expire: Expired } }))).toEqual([
      expect.stringMatching(/^wrong: .*timers are private to orders/),
    ]);
  });

  it('a request that nobody answers, that two methods answer, or that another context answers', () => {
    expect(problemsOf(aContext('catalog', { requests: [Quote], answers: [] }))).toEqual([
      expect.stringMatching(/^wrong: catalog\.quote\.v1 is declared, but nobody answers it/),
    ]);
    expect(problemsOf(aContext('catalog', { requests: [Quote], answers: [Quote, Quote] }))).toEqual([
      expect.stringMatching(/twice/),
    ]);
    expect(
      problemsOf(aContext('catalog', { requests: [Quote] }), aContext('orders', { answers: [Quote] })),
    ).toEqual([expect.stringMatching(/orders answers catalog\.quote\.v1, which is catalog's/)]);
    expect(problemsOf(aContext('catalog', { answers: [Quote] }))).toEqual([
      expect.stringMatching(/does not declare.*`requests`/),
    ]);
  });

  it('a question that no context declares, or that cannot be read from the code', () => {
    expect(problemsOf(aContext('orders', { asks: [Quote] }))).toEqual([
      expect.stringMatching(/^wrong: orders asks catalog\.quote\.v1 \(libs\/orders\/core\/src\/asks\.ts:1\)/),
    ]);
    expect(problemsOf(aContext('orders', { unclear: ['a.ts:1: contexts.ask(any)'] }))).toEqual([
      expect.stringMatching(/^refused: Cannot tell what is asked at a\.ts:1/),
    ]);
  });

  it('an event that nothing makes; an earlier version is made from the later', () => {
    expect(problemsOf(aContext('orders', { events: [PlacedV2], makes: [] }))).toEqual([
      expect.stringMatching(/^worth knowing: orders\.placed\.v2 is declared, but nothing/),
    ]);
  });
});

describe('Requests in a circle', () => {
  const cyclesOf = (asks: Record<string, string[]>) =>
    requestCycles({
      contexts: Object.fromEntries(
        Object.entries(asks).map(([name, asks]) => [
          name,
          { publishes: [], subscribes: {}, answers: [], asks },
        ]),
      ),
    }).map(tell);

  it('are refused with the circle spelled out', () => {
    const AskOrders = asking('orders.count.v1');
    const contexts = [
      aContext('catalog', { requests: [Quote], asks: [AskOrders] }),
      aContext('orders', { requests: [AskOrders], asks: [Quote] }),
    ];

    expect(problemsOf(...contexts)).toEqual([
      expect.stringContaining(
        'catalog asks orders (orders.count.v1), orders asks catalog (catalog.quote.v1). One slow context',
      ),
    ]);
  });

  it('are found at any length, each once', () => {
    expect(cyclesOf({ a: ['a.x.v1'] })).toEqual(['a asks a (a.x.v1)']);
    expect(cyclesOf({ a: ['b.x.v1'], b: ['c.x.v1'], c: ['d.x.v1'], d: ['e.x.v1'], e: ['b.y.v1'] })).toEqual([
      'b asks c (c.x.v1), c asks d (d.x.v1), d asks e (e.x.v1), e asks b (b.y.v1)',
    ]);
    expect(cyclesOf({ a: ['b.x.v1', 'c.x.v1'], b: ['a.x.v1'], c: ['b.x.v1', 'a.x.v1'] })).toHaveLength(3);
  });

  it('are not seen where there are none', () => {
    expect(cyclesOf({ a: ['b.x.v1', 'c.x.v1'], b: ['c.x.v1'], c: ['d.x.v1'], d: [] })).toEqual([]);
  });
});

describe('Names of subscriptions are for ever', () => {
  const nothing = { publishes: [], answers: [], asks: [] };
  const map = (subscribes: Record<string, string[]>, timers?: Record<string, string[]>): MessageMap => ({
    contexts: { inventory: { ...nothing, subscribes, timers } },
  });
  const none: Allowed = { removals: [], breaking: [] };
  const before = map({ reserve: ['orders.placed.v1'] });

  it('a new subscription is welcome, and so is the next version under the same name', () => {
    expect(
      checkNames(before, map({ reserve: ['orders.placed.v1', 'orders.placed.v2'], count: [] }), none),
    ).toEqual([]);
  });

  it('a renamed one is refused, and the trap explained', () => {
    const [problem] = checkNames(
      before,
      map({ 'reserve-stock': ['orders.placed.v1', 'orders.placed.v2'] }),
      none,
    );

    expect(problem).toMatchObject({ level: 'refused' });
    expect(problem?.text).toContain("@Policy(…, 'reserve-stock', { formerly: 'reserve' })");
    expect(problem?.text).toContain('act a second time');
  });

  it('one that is gone is refused, until its removal is allowed by name', () => {
    const after = map({ count: ['orders.cancelled.v1'] });

    expect(checkNames(before, after, none)).toEqual([
      {
        level: 'refused',
        text: expect.stringMatching(/is gone.*--allow-removal inventory\/reserve/) as string,
      },
    ]);
    expect(checkNames(before, after, { ...none, removals: ['inventory/reserve'] })).toEqual([]);
    expect(checkNames(before, after, { ...none, removals: ['reserve'] })).toEqual([]);
    expect(checkNames(before, after, { ...none, removals: ['orders/reserve'] })).toHaveLength(1);
    expect(checkNames(before, { contexts: {} }, none)).toHaveLength(1);
  });

  it('of timers as well', () => {
    const timers = map({}, { expire: ['inventory.expired.v1'] });

    expect(checkNames(timers, map({}, { 'run-out': ['inventory.expired.v1'] }), none)[0]?.text).toContain(
      "formerly: 'expire'",
    );
    expect(checkNames(timers, timers, none)).toEqual([]);
  });
});
