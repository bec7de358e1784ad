import { readdirSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';
import type { ContextContract } from '@banyan/contracts';
import { descriptionsIn } from '../workspace/descriptions';
import { asyncApiOf } from './asyncapi';

const repository = resolve(__dirname, '../../..');

function documentOf(folder: string) {
  const exported = Object.values(require(`${folder}/index.ts`) as Record<string, unknown>);
  const contract = exported.find((value) =>
    Array.isArray((value as ContextContract).events),
  ) as ContextContract;
  return asyncApiOf(contract, descriptionsIn(folder));
}

async function judge(document: unknown) {
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
  // The parser recommends the newest version of the specification; ours is 3.0.0 by choice, which more tools read.
  const complaints = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  return { parsed, complaints: complaints.map(({ message, path }) => `${path.join('/')}: ${message}`) };
}

const shop = resolve(__dirname, '../fixtures/shop/libs');
const real = readdirSync(`${repository}/libs`)
  .map((name) => `${repository}/libs/${name}/contract/src`)
  .filter((folder) => existsSync(`${folder}/index.ts`));

describe('The AsyncAPI document', () => {
  it.each([...real, `${shop}/catalog/contract/src`, `${shop}/orders/contract/src`])(
    'of %s pleases the public parser',
    async (folder) => {
      const { parsed, complaints } = await judge(documentOf(folder));

      expect(complaints).toEqual([]);
      expect(parsed?.version()).toBe('3.0.0');
    },
  );

  it('tells what a context publishes: exchange, routing key, CloudEvents headers, data, ordering key', async () => {
    const { parsed } = await judge(documentOf(`${shop}/catalog/contract/src`));

    const operation = parsed!.operations().get('publishProductListedV2')!;
    const [channel] = operation.channels().all();
    const [message] = operation.messages().all();

    expect(operation.action()).toBe('send');
    expect(channel?.address()).toBe('catalog.product-listed.v2');
    expect(channel?.bindings().get('amqp')?.json()).toMatchObject({
      is: 'routingKey',
      exchange: { name: 'banyan.events' },
    });
    expect(message?.summary()).toBe('A product can be bought from now on, at a price.');
    expect(Object.keys(message?.headers()?.allOf()?.[0]?.properties() ?? {})).toEqual(
      [
        'specversion',
        'id',
        'source',
        'type',
        'time',
        'partitionkey',
        'correlationid',
        'causationid',
        'traceparent',
      ].map((attribute) => `cloudEvents:${attribute}`),
    );
    expect(message?.payload()?.required()).toEqual(['sku', 'name', 'price']);
    expect(message?.extensions().get('x-ordering-key')?.value()).toBe('sku');
    expect(message?.extensions().get('x-previous-version')?.value()).toBe('catalog.product-listed.v1');
  });

  it('tells what a context answers: its queue, the reply, and each error', async () => {
    const { parsed } = await judge(documentOf(`${shop}/catalog/contract/src`));

    const operation = parsed!.operations().get('answerQuotePriceV1')!;

    expect(operation.action()).toBe('receive');
    expect(operation.channels().all()[0]?.address()).toBe('banyan.requests.catalog');
    expect(
      operation
        .messages()
        .all()
        .map((message) => message.name()),
    ).toEqual(['catalog.quote-price.v1']);
    expect(
      operation
        .reply()
        ?.messages()
        .all()
        .map((message) => message.name()),
    ).toEqual(['catalog.quote-price.v1.reply', 'catalog.unknown-sku']);
  });

  it('is written the same twice', () => {
    const once = JSON.stringify(documentOf(`${shop}/catalog/contract/src`));

    expect(JSON.stringify(documentOf(`${shop}/catalog/contract/src`))).toBe(once);
  });
});

describe('The parser refuses a broken document:', () => {
  type Loose = Record<string, any>;
  it.each<[string, (document: Loose) => void]>([
    [
      'no channels where operations point',
      (document) => void delete document['channels']['orders.order-placed.v1'],
    ],
    [
      'a message that is not there',
      (document) => void delete document['components'].messages['orders.order-placed.v1'],
    ],
    [
      'a schema that is not there',
      (document) => void delete document['components'].schemas['orders.order-placed.v1'],
    ],
    [
      'a type that is none',
      (document) => (document['components'].schemas['orders.order-placed.v1'].type = 'strnig'),
    ],
    [
      'an operation that neither sends nor receives',
      (document) => (document['operations'].publishOrderPlacedV1.action = 'shout'),
    ],
    ['no title', (document) => void delete document['info'].title],
    ['an unknown version', (document) => (document['asyncapi'] = '9.0.0')],
  ])('%s', async (_, breakIt) => {
    const document = structuredClone(documentOf(`${shop}/orders/contract/src`)) as Loose;
    breakIt(document);

    expect((await judge(document)).complaints).not.toEqual([]);
  });
});
