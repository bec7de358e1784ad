import { isUtf8 } from 'node:buffer';
import { contextOfSource, MAX_DATA_BYTES } from '@banyan/contracts';
import type { Message } from 'amqplib';
import { validate as isUuid } from 'uuid';
import type { TransportMessage, UnreadableMessage } from '../../transport/transport';

/** The order in which attributes are written; others follow by name, so that equal messages have equal text. */
const ORDER = [
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'datacontenttype',
  'partitionkey',
  'traceparent',
  'correlationid',
  'causationid',
];
const PREFIX = /^cloudEvents[:_]/;

/** Why a delivery is no message of ours. */
export class Unreadable extends Error {}

/**
 * Reads a delivery, also one that another program published: `cloudEvents_` is as good as `cloudEvents:`, id and type may
 * come as message properties only, and without a key a message stands in order with nothing but its own id.
 * @throws Unreadable saying what is wrong, in words for an operator
 */
export function decode({ properties, content }: Message): TransportMessage {
  const given = attributesOf(properties.headers ?? {});
  const id = (text(given, 'id') ?? textual(properties.messageId))?.toLowerCase();
  const type = text(given, 'type') ?? textual(properties.type);
  const source = text(given, 'source');
  if (!id || !isUuid(id)) throw new Unreadable(id ? `its id "${id}" is no uuid` : 'it has no id');
  if (!type) throw new Unreadable('it has no type');
  if (!source) throw new Unreadable('it has no source');
  const version = text(given, 'specversion') ?? '1.0';
  if (!version.startsWith('1.')) throw new Unreadable(`it is CloudEvents ${version}, not 1.0`);
  const time = text(given, 'time') ?? timeOf(properties.timestamp);
  if (time !== undefined && Number.isNaN(Date.parse(time))) throw new Unreadable('its time is no time');
  const key = text(given, 'partitionkey') ?? id;
  const data = dataOf(content, properties.contentType, properties.contentEncoding);

  const attributes = JSON.stringify(
    inOrder({
      ...given,
      specversion: '1.0',
      id,
      source,
      type,
      time: time ?? new Date().toISOString(),
      datacontenttype: 'application/json',
      partitionkey: key,
      correlationid: text(given, 'correlationid') ?? textual(properties.correlationId) ?? id,
    }),
  );
  if (attributes.includes('\\u0000')) throw new Unreadable('its attributes hold the character U+0000');
  return { id, type, publisher: contextOfSource(source) || source, key, attributes, data };
}

/** A delivery as it is kept when it cannot be read. */
export function unreadable({ fields, properties, content }: Message): UnreadableMessage {
  return { properties: JSON.stringify({ ...fields, ...properties }, plain), body: content };
}

function dataOf(content: Buffer, contentType = 'application/json', encoding?: string): string {
  if (!/^application\/(json|(?!cloudevents)[\w.-]+\+json)\s*(;|$)/i.test(contentType))
    throw new Unreadable(`its content type is ${contentType}, not application/json`);
  if (encoding && !/^(utf-8|identity)$/i.test(encoding))
    throw new Unreadable(`its content is encoded as ${encoding}`);
  if (content.length > MAX_DATA_BYTES)
    throw new Unreadable(`its data weighs ${content.length} bytes, more than ${MAX_DATA_BYTES}`);
  if (!isUtf8(content)) throw new Unreadable('its data is not UTF-8');
  const data = content.toString('utf8');
  try {
    JSON.parse(data);
  } catch (error) {
    throw new Unreadable(`its data is no JSON: ${(error as Error).message}`);
  }
  return data;
}

function attributesOf(headers: Record<string, unknown>): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const header in headers) {
    if (!header.startsWith('cloudEvents') || !PREFIX.test(header)) continue;
    const value = plain(header, headers[header]);
    if (value !== null) attributes[header.slice('cloudEvents:'.length)] = value;
  }
  return attributes;
}

function text(attributes: Record<string, unknown>, name: string): string | undefined {
  const value = attributes[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new Unreadable(`its attribute ${name} is no text`);
  return value;
}

const textual = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;

function inOrder(attributes: Record<string, unknown>): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  for (const name of ORDER) if (attributes[name] !== undefined) ordered[name] = attributes[name];
  for (const name of Object.keys(attributes).sort()) ordered[name] = attributes[name];
  return ordered;
}

const timeOf = (seconds: unknown): string | undefined =>
  typeof seconds === 'number' && Math.abs(seconds) < 8.64e12
    ? new Date(seconds * 1000).toISOString()
    : undefined;

/** AMQP's times as ISO instants and its bytes as base64, as CloudEvents has them in JSON. */
function plain(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { '!': type, value: inner } = value as { '!'?: string; value?: unknown };
  if (type === 'timestamp') return timeOf(inner) ?? null;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  return value;
}
