import type { Message } from 'amqplib';
import { fruit } from '../testing/corner';
import { decode, unreadable } from './decode';
import { encode } from './encode';

const id = '0190b6a0-0000-7000-8000-000000000001';
const headers = {
  'cloudEvents:id': id,
  'cloudEvents:source': '/contexts/trees',
  'cloudEvents:type': 'trees.leaf-fell.v1',
};
const delivery = (properties: object, content: string | Buffer = '{}'): Message =>
  ({
    fields: { routingKey: 'x' },
    properties,
    content: Buffer.from(content as string),
  }) as unknown as Message;

describe('A message on the wire', () => {
  it('comes out as it went in', () => {
    const message = { ...fruit(1, 'Fèige “1” 🌳'), data: '{"text":"\\u0000 ü 🌳","n":1.50}' };

    const { properties, body } = encode(message);

    expect(decode(delivery(properties, body))).toEqual(message);
  });

  it('is a CloudEvent in binary mode, which a program in any language can read', () => {
    const message = fruit(1);

    const { properties, body } = encode(message);

    expect(body.toString()).toBe('{"number":1}');
    expect(properties).toEqual({
      deliveryMode: 2,
      contentType: 'application/json',
      messageId: message.id,
      type: 'trees.fruit-ripened.v1',
      timestamp: Date.UTC(2026, 10, 21, 5) / 1000,
      headers: {
        'cloudEvents:specversion': '1.0',
        'cloudEvents:id': message.id,
        'cloudEvents:source': '/contexts/trees',
        'cloudEvents:type': 'trees.fruit-ripened.v1',
        'cloudEvents:time': '2026-11-21T05:00:00.123Z',
        'cloudEvents:partitionkey': 'fig',
        'cloudEvents:correlationid': message.id,
      },
    });
  });

  it('may lack what only we need, and carry more in its own types', () => {
    const before = Date.now();
    const { key, publisher, attributes } = decode(
      delivery({
        headers: {
          ...headers,
          'cloudEvents:count': 3,
          'cloudEvents:urgent': true,
          'cloudEvents:seen': { '!': 'timestamp', value: 0 },
          'cloudEvents:raw': Buffer.from('hi'),
        },
      }),
    );

    const { time, ...rest } = JSON.parse(attributes);
    expect({ key, publisher }).toEqual({ key: id, publisher: 'trees' });
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(rest).toMatchObject({
      partitionkey: id,
      correlationid: id,
      count: 3,
      urgent: true,
      seen: '1970-01-01T00:00:00.000Z',
      raw: 'aGk=',
    });
  });

  it.each([
    ['it has no id', { headers: { ...headers, 'cloudEvents:id': undefined } }],
    ['its id "7" is no uuid', { headers: { ...headers, 'cloudEvents:id': '7' } }],
    ['its attribute id is no text', { headers: { ...headers, 'cloudEvents:id': 7 } }],
    ['it has no type', { headers: { ...headers, 'cloudEvents:type': '' } }],
    ['it has no source', { messageId: id, type: 'trees.leaf-fell.v1' }],
    ['it is CloudEvents 2.0, not 1.0', { headers: { ...headers, 'cloudEvents:specversion': '2.0' } }],
    ['its time is no time', { headers: { ...headers, 'cloudEvents:time': 'soon' } }],
    [
      'its attributes hold the character U+0000',
      { headers: { ...headers, 'cloudEvents:partitionkey': 'a\0' } },
    ],
    ['its content type is text/plain, not application/json', { headers, contentType: 'text/plain' }],
    [
      'its content type is application/cloudevents+json, not application/json',
      { headers, contentType: 'application/cloudevents+json' },
    ],
    ['its content is encoded as gzip', { headers, contentEncoding: 'gzip' }],
    [/^its data is no JSON: /, { headers }, '{'],
    ['its data is not UTF-8', { headers }, Buffer.from([0x22, 0xff, 0x22])],
    ['its data weighs 262145 bytes, more than 262144', { headers }, `"${'x'.repeat(262_143)}"`],
  ])('cannot be read when %s', (reason, properties, content: string | Buffer = '{}') => {
    expect(() => decode(delivery(properties, content))).toThrow(reason);
  });

  it('is kept whole when it cannot be read', () => {
    const { properties, body } = unreadable(
      delivery({ headers: { at: Buffer.from('hi') }, messageId: 'x' }, 'junk'),
    );

    expect(JSON.parse(properties)).toMatchObject({ routingKey: 'x', messageId: 'x' });
    expect(Buffer.from(body).toString()).toBe('junk');
  });
});
