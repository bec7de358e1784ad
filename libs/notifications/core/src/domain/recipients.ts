import type { Recipient } from './recipient';

/** Everybody who was ever told of, or told something. */
export abstract class Recipients {
  /** Changes what is known of a person, beginning with nothing; those who change the same one take turns. */
  abstract change<T>(customerId: string, change: (recipient: Recipient) => T | Promise<T>): Promise<T>;

  /** What is known of a person, which may be nothing. */
  abstract get(customerId: string): Promise<Recipient>;
}
