/** One frame of AMQP 0-9-1: type, channel and size in seven octets, a payload, and an octet that ends it. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
  /** All of it, as it travels. */
  readonly bytes: Buffer;
}

export const METHOD = 1;
export const HEADER = 2;

const HEAD = 7;
/** `AMQP0091`, by which a client begins. It is no frame, and passes for one of no known type. */
const GREETING = { type: 'A'.charCodeAt(0), length: 8 };

/** Cuts what one side of a connection says into frames. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  /** Those that are complete with these bytes. */
  with(bytes: Buffer): Frame[] {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    const frames: Frame[] = [];
    for (let next; (next = this.next()); this.rest = this.rest.subarray(next.bytes.length)) frames.push(next);
    return frames;
  }

  private next(): Frame | undefined {
    const { rest } = this;
    if (rest.length < HEAD) return undefined;
    const type = rest.readUInt8(0);
    const greets = type === GREETING.type;
    const length = greets ? GREETING.length : HEAD + rest.readUInt32BE(3) + 1;
    if (rest.length < length) return undefined;
    const bytes = rest.subarray(0, length);
    return { type, channel: greets ? 0 : rest.readUInt16BE(1), payload: bytes.subarray(HEAD, -1), bytes };
  }
}

/** The frame with another number at an offset of its payload. */
export function renumbered({ bytes }: Frame, offset: number, number: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeBigUInt64BE(BigInt(number), HEAD + offset);
  return changed;
}

/** Which method a frame of methods is about: its class in the upper, itself in the lower half. */
export const methodOf = ({ payload }: Frame): number => payload.readUInt32BE(0);

const method = (classId: number, id: number): number => classId * 0x10000 + id;

export const CHANNEL_OPEN = method(20, 10);
export const PUBLISH = method(60, 40);
export const RETURN = method(60, 50);
export const DELIVER = method(60, 60);
export const GET_OK = method(60, 71);
export const ACK = method(60, 80);
export const REJECT = method(60, 90);
export const NACK = method(60, 120);
