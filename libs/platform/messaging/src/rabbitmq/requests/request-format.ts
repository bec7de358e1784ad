import type { Message } from 'amqplib';
import type { ReplyEnvelope, RequestEnvelope } from '../../transport/request-transport';
import type { Publication } from '../connection/publishing';

/**
 * On the wire a request is its JSON as the body and its type as the message type, with `traceparent`, `correlationid` and
 * `deadline` (milliseconds since 1970) as headers. A reply has the message type `reply` and the answer as its body, `error`
 * and `{ code, details }`, or `unavailable` and `{ reason }`. Replies are matched by the AMQP correlation id.
 */
export function encodeRequest(
  { type, data, traceparent, correlationId }: RequestEnvelope,
  deadlineMs: number,
  address: Pick<Publication, 'routingKey' | 'replyTo' | 'correlationId'>,
): { readonly body: Buffer; readonly publication: Publication } {
  const publication: Publication = {
    exchange: '',
    ...address,
    type,
    contentType: 'application/json',
    expiration: String(Math.max(1, Math.ceil(deadlineMs))),
    mandatory: true,
    headers: { deadline: String(Date.now() + deadlineMs), traceparent, correlationid: correlationId },
  };
  return { body: Buffer.from(data), publication };
}

export function decodeRequest({
  properties,
  content,
}: Message): RequestEnvelope & { readonly deadline: number } {
  const headers = properties.headers ?? {};
  const given = (name: string): string | undefined =>
    typeof headers[name] === 'string' ? (headers[name] as string) : undefined;
  return {
    type: String(properties.type ?? ''),
    data: content.toString('utf8'),
    traceparent: given('traceparent'),
    correlationId: given('correlationid'),
    deadline: Number(given('deadline') ?? Infinity),
  };
}

export function encodeReply(reply: ReplyEnvelope): { readonly type: string; readonly body: Buffer } {
  if (reply.ok) return { type: 'reply', body: Buffer.from(reply.data) };
  if ('unavailable' in reply)
    return { type: 'unavailable', body: Buffer.from(JSON.stringify({ reason: reply.unavailable })) };
  const { code, details } = reply;
  return {
    type: 'error',
    body: Buffer.from(`{"code":${JSON.stringify(code)},"details":${details || '{}'}}`),
  };
}

export function decodeReply({ properties, content }: Message): ReplyEnvelope {
  const text = content.toString('utf8');
  if (properties.type === 'reply') return { ok: true, data: text };
  try {
    const body = JSON.parse(text) as { code?: unknown; details?: unknown; reason?: unknown };
    if (properties.type === 'error' && typeof body.code === 'string')
      return { ok: false, code: body.code, details: JSON.stringify(body.details ?? {}) };
    if (properties.type === 'unavailable') return { ok: false, unavailable: String(body.reason) };
  } catch {
    // Told below.
  }
  return { ok: false, unavailable: 'its reply cannot be read' };
}
