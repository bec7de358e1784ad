import type { TransportMessage } from '../../transport/transport';
import type { Publication } from '../connection/publishing';

/** A message as it is published, but for its address. */
export interface EncodedMessage {
  readonly body: Buffer;
  readonly properties: Omit<Publication, 'exchange' | 'routingKey'>;
}

/** What each CloudEvents attribute is called in the headers. */
export const ATTRIBUTE_PREFIX = 'cloudEvents:';

const headerNames = new Map<string, string>();

/**
 * The CloudEvents AMQP binding in binary mode, carried over to AMQP 0-9-1: each attribute is a header `cloudEvents:<name>`,
 * `datacontenttype` is the content type, and the body is the bare data. Id, type and time are message properties as well,
 * for the tools of the broker.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
 * @throws SyntaxError when the attributes are no JSON object
 */
export function encode(message: TransportMessage): EncodedMessage {
  const attributes = JSON.parse(message.attributes) as Record<string, string | number | boolean>;
  const headers: Record<string, string | number | boolean> = {};
  for (const name in attributes) {
    if (name !== 'datacontenttype') headers[headerNameOf(name)] = attributes[name]!;
  }
  const time = typeof attributes['time'] === 'string' ? Date.parse(attributes['time']) : NaN;
  return {
    body: Buffer.from(message.data),
    properties: {
      deliveryMode: 2,
      contentType: (attributes['datacontenttype'] as string | undefined) ?? 'application/json',
      messageId: message.id,
      type: message.type,
      timestamp: Number.isNaN(time) ? undefined : Math.floor(time / 1000),
      headers,
    },
  };
}

function headerNameOf(attribute: string): string {
  let name = headerNames.get(attribute);
  if (name === undefined) {
    name = ATTRIBUTE_PREFIX + attribute;
    if (headerNames.size < 1_000) headerNames.set(attribute, name);
  }
  return name;
}
