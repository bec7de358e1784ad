import { parseTopology, TopologyError, TopologyPlacement } from './topology';

const text = (deployables: object, revision: unknown = 1) => JSON.stringify({ revision, deployables });
const monolith = { contexts: ['catalog', 'orders'], url: 'http://localhost:3000' };

describe('A topology', () => {
  it.each([
    ['is no JSON', '{', /topology\.json/],
    ['has no revision', JSON.stringify({ deployables: { monolith } }), /revision/],
    ['has a revision that is no whole number', text({ monolith }, 1.5), /revision/],
    [
      'has a deployable without a url',
      text({ monolith: { contexts: ['orders'] } }),
      /deployables\.monolith\.url/,
    ],
    [
      'has a deployable without contexts',
      text({ monolith: { ...monolith, contexts: [] } }),
      /deployables\.monolith\.contexts/,
    ],
    ['has a misspelt member', text({ monolith: { ...monolith, ulr: 'x' } }), /ulr/],
    [
      'places a context twice',
      text({ monolith, 'orders-service': { contexts: ['orders'], url: 'http://localhost:3004' } }),
      /orders is placed in both monolith and orders-service/,
    ],
  ])('is refused, naming what is wrong, when it %s', (_, broken, sentence) => {
    expect(() => parseTopology(broken)).toThrow(TopologyError);
    expect(() => parseTopology(broken)).toThrow(sentence);
  });

  it('must place every context of the system, and have the deployable that starts', () => {
    const topology = parseTopology(text({ monolith }));

    expect(() => new TopologyPlacement(topology, 'monolith', ['catalog', 'inventory', 'orders'])).toThrow(
      'inventory is placed nowhere',
    );
    expect(() => new TopologyPlacement(topology, 'orders-service', ['orders'])).toThrow(
      'it has no deployable orders-service; it has monolith',
    );
  });
});

describe('A placement', () => {
  const topology = parseTopology(
    text(
      {
        monolith: { contexts: ['catalog'], url: 'http://localhost:3000' },
        'orders-service': { contexts: ['orders'], url: 'http://localhost:3004' },
      },
      2,
    ),
  );
  const placement = new TopologyPlacement(topology, 'monolith', ['catalog', 'orders']);

  it('says who is here, and where the others are', () => {
    expect(placement.isHere('catalog')).toBe(true);
    expect(placement.isHere('orders')).toBe(false);
    expect(placement.urlOf('orders')).toBe('http://localhost:3004');
  });

  it('goes over RabbitMQ as soon as there are two deployables, and in process with one', () => {
    expect(placement.transport).toBe('rabbitmq');
    expect(new TopologyPlacement(parseTopology(text({ monolith })), 'monolith', []).transport).toBe(
      'in-process',
    );
  });
});
