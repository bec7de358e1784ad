import type { TransportMessage } from './transport';

/** The columns in which every message table keeps a message. */
export interface MessageRow {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly attributes: string;
  readonly data: string;
}

/** The message that a row of `publisher`'s outbox or log holds. */
export const messageOf = (
  publisher: string,
  { id, type, key, attributes, data }: MessageRow,
): TransportMessage => ({
  id,
  type,
  publisher,
  key,
  attributes,
  data,
});
