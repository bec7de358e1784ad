/**
 * The CloudEvents 1.0 attributes of a message, with the extensions partitioning (`partitionkey`), distributed tracing
 * (`traceparent`) and our `correlationid` and `causationid`. The data travels beside them.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface EnvelopeAttributes {
  readonly specversion: '1.0';
  /** uuid v7; the same in every version of one fact. */
  readonly id: string;
  /** `/contexts/orders` */
  readonly source: string;
  /** `orders.order-placed.v1` */
  readonly type: string;
  /** ISO instant at which it was published. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The ordering key. */
  readonly partitionkey: string;
  /** W3C trace context of the publisher. */
  readonly traceparent?: string;
  /** Shared by everything that one outside act set in motion. */
  readonly correlationid: string;
  /** Id of the message whose handling published this one. */
  readonly causationid?: string;
}

/** `/contexts/orders` */
export const sourceOf = (context: string): string => `/contexts/${context}`;

/** `orders` from `/contexts/orders`. */
export const contextOfSource = (source: string): string => source.slice(source.lastIndexOf('/') + 1);

/** The most that the data of one message may weigh, as UTF-8 JSON: 256 KB. */
export const MAX_DATA_BYTES = 256 * 1024;

/** Freezes JSON `value` and everything in it, also below what was frozen before, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
