import {
  ContextContract,
  EventContract,
  JsonSchema,
  jsonSchemaOf,
  MAX_KEY_LENGTH,
  RequestContract,
  sourceOf,
} from '@banyan/contracts';
import type { z } from 'zod';
import type { Descriptions } from '../workspace/descriptions';

type Part = Readonly<Record<string, unknown>>;

/**
 * The AsyncAPI 3.0 document of a context: what it publishes and answers over RabbitMQ, for readers in any language.
 * Schemas are written in draft 7, which is what AsyncAPI's own schema language extends.
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncApiOf(contract: ContextContract, descriptions: Descriptions): Part {
  const { name, events, requests } = contract;
  const schemas = new Schemas();
  const messages: Record<string, Part> = {};
  for (const event of events) messages[event.type] = eventMessage(event, schemas, descriptions);
  for (const request of requests) Object.assign(messages, requestMessages(request, schemas, descriptions));

  return withoutUndefined({
    asyncapi: '3.0.0',
    info: {
      title: name,
      version: '1.0.0',
      description: `What the context ${name} publishes and answers. Generated from its contract; do not edit.`,
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(events.map((event) => [event.type, eventChannel(event)])),
      ...(requests.length > 0 && requestChannels(name, requests)),
    },
    operations: {
      ...Object.fromEntries(
        events.map((event) => [operationName('publish', event.type), publication(event, descriptions)]),
      ),
      ...Object.fromEntries(
        requests.map((request) => [operationName('answer', request.type), answer(request, descriptions)]),
      ),
    },
    components: {
      messages,
      schemas: { ...(events.length > 0 && { [HEADERS]: cloudEventsHeaders(name) }), ...schemas.all },
    },
  });
}

const HEADERS = 'CloudEventsHeaders';

/** `publishOrderPlacedV1` */
const operationName = (verb: string, type: string): string =>
  verb +
  type
    .split(/[.-]/)
    .slice(1)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const channelRef = (channel: string): Part => ({ $ref: `#/channels/${channel}` });
const messageRef = (channel: string, message: string): Part => ({
  $ref: `#/channels/${channel}/messages/${message}`,
});
const componentRef = (message: string): Part => ({ $ref: `#/components/messages/${message}` });

const eventChannel = ({ type }: EventContract): Part => ({
  address: type,
  messages: { [type]: componentRef(type) },
  bindings: {
    amqp: {
      is: 'routingKey',
      exchange: { name: 'banyan.events', type: 'topic', durable: true, autoDelete: false },
    },
  },
});

const publication = ({ type, context }: EventContract, descriptions: Descriptions): Part => ({
  action: 'send',
  title: `${context} publishes ${type}`,
  summary: descriptions[type],
  channel: channelRef(type),
  messages: [messageRef(type, type)],
});

const eventMessage = (event: EventContract, schemas: Schemas, descriptions: Descriptions): Part => ({
  name: event.type,
  title: event.subject,
  summary: descriptions[event.type],
  contentType: 'application/json',
  headers: {
    allOf: [
      { $ref: `#/components/schemas/${HEADERS}` },
      { type: 'object', properties: { 'cloudEvents:type': { const: event.type } } },
    ],
  },
  correlationId: { location: '$message.header#/cloudEvents:correlationid' },
  payload: schemas.add(event.type, event.schema),
  'x-ordering-key': event.key,
  'x-previous-version': event.previous?.contract.type,
});

/** The CloudEvents 1.0 attributes as the AMQP binding writes them. */
function cloudEventsHeaders(context: string): Part {
  const text = (description: string, more: Part = {}) => ({ type: 'string', description, ...more });
  return {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'time', 'partitionkey', 'correlationid'].map(header),
    properties: {
      [header('specversion')]: { const: '1.0' },
      [header('id')]: text('A uuid of version 7; the same in every version of one fact.', { format: 'uuid' }),
      [header('source')]: { const: sourceOf(context) },
      [header('type')]: text('The name of the event.'),
      [header('time')]: text('When it was published.', { format: 'date-time' }),
      [header('partitionkey')]: text(
        'The ordering key: events of one source and key are delivered in order.',
        {
          minLength: 1,
          maxLength: MAX_KEY_LENGTH,
        },
      ),
      [header('correlationid')]: text('Shared by everything that one outside act set in motion.'),
      [header('causationid')]: text('Id of the message whose handling published this one.'),
      [header('traceparent')]: text('W3C trace context of the publisher.'),
    },
  };
}

const header = (attribute: string): string => `cloudEvents:${attribute}`;

function requestChannels(context: string, requests: readonly RequestContract[]): Part {
  const outcomes = requests.flatMap(outcomesOf);
  return {
    [`${context}.requests`]: {
      address: `banyan.requests.${context}`,
      messages: Object.fromEntries(requests.map(({ type }) => [type, componentRef(type)])),
      bindings: {
        amqp: {
          is: 'queue',
          queue: { name: `banyan.requests.${context}`, durable: true, exclusive: false, autoDelete: true },
        },
      },
    },
    [`${context}.replies`]: {
      address: null,
      description: 'The queue that the asker names in reply-to.',
      messages: Object.fromEntries(outcomes.map((outcome) => [outcome, componentRef(outcome)])),
    },
  };
}

const replyName = (type: string): string => `${type}.reply`;

/** The messages that may come back: the reply, and one per declared error. */
const outcomesOf = ({ type, errors }: RequestContract): string[] => [
  replyName(type),
  ...errors.map(({ code }) => code),
];

const answer = (request: RequestContract, descriptions: Descriptions): Part => ({
  action: 'receive',
  title: `${request.context} answers ${request.type}`,
  summary: descriptions[request.type],
  channel: channelRef(`${request.context}.requests`),
  messages: [messageRef(`${request.context}.requests`, request.type)],
  reply: {
    address: { description: 'The AMQP property reply-to.', location: '$message.header#/replyTo' },
    channel: channelRef(`${request.context}.replies`),
    messages: outcomesOf(request).map((outcome) => messageRef(`${request.context}.replies`, outcome)),
  },
});

function requestMessages(
  request: RequestContract,
  schemas: Schemas,
  descriptions: Descriptions,
): Record<string, Part> {
  const { type, subject } = request;
  const message = (name: string, title: string, schema: z.ZodType): [string, Part] => [
    name,
    {
      name,
      title,
      summary: descriptions[name],
      contentType: 'application/json',
      correlationId: {
        description: 'The AMQP property correlation-id.',
        location: '$message.header#/correlationId',
      },
      payload: schemas.add(name, schema),
    },
  ];
  return Object.fromEntries([
    message(type, subject, request.request),
    message(replyName(type), `${subject}, answered`, request.reply),
    ...request.errors.map(({ code, schema }) => message(code, code, schema)),
  ]);
}

/** Collects schemas under `components`, where references within each are made to point. */
class Schemas {
  readonly all: Record<string, JsonSchema> = {};

  add(name: string, schema: z.ZodType): Part {
    const { definitions = {}, ...rest } = jsonSchemaOf(name, schema, 'draft-7');
    this.all[name] = rebase(rest, name) as JsonSchema;
    for (const [part, definition] of Object.entries(definitions as Record<string, JsonSchema>))
      this.all[`${name}.${part}`] = rebase(definition, name) as JsonSchema;
    return { $ref: `#/components/schemas/${name}` };
  }
}

function rebase(node: unknown, name: string): unknown {
  if (Array.isArray(node)) return node.map((item) => rebase(item, name));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([keyword, value]) => {
      if (keyword !== '$ref' || typeof value !== 'string') return [keyword, rebase(value, name)];
      const part = value.split('/')[2];
      return [keyword, `#/components/schemas/${part ? `${name}.${part}` : name}`];
    }),
  );
}

const withoutUndefined = (document: Part): Part => JSON.parse(JSON.stringify(document)) as Part;
