import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A W3C trace context, version 00. @see https://www.w3.org/TR/trace-context/ */
export interface Trace {
  /** 32 hex digits, shared by every hop. */
  readonly traceId: string;
  /** 16 hex digits, of this hop. */
  readonly spanId: string;
  /** Two hex digits; `01` says that it is recorded. */
  readonly flags: string;
}

/** Undefined when the header is missing or malformed. A later version is read as far as 00 goes. */
export function parseTraceparent(header: string | undefined): Trace | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header);
  if (!match || (header!.startsWith('00') && match[4] !== undefined)) return undefined;
  return { traceId: match[1]!, spanId: match[2]!, flags: match[3]! };
}

/** The `traceparent` of one hop further: the trace of `header` under a span id of its own, or a new trace. */
export function nextHop(header?: string): string {
  const before = parseTraceparent(header);
  const random = randomHex(before ? 8 : 24);
  return before
    ? `00-${before.traceId}-${random}-${before.flags}`
    : `00-${random.slice(16)}-${random.slice(0, 16)}-01`;
}

/** Random bytes are dear one by one, so they are drawn in blocks. */
const block = { bytes: Buffer.alloc(0), used: 0 };

function randomHex(length: number): string {
  if (block.used + length > block.bytes.length) {
    block.bytes = randomBytes(4096);
    block.used = 0;
  }
  block.used += length;
  const hex = block.bytes.toString('hex', block.used - length, block.used);
  return /^0+$/.test(hex) ? randomHex(length) : hex;
}
